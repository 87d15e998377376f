import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeExecutable } from './executable/make-executable.ts';
import { unusedInProvision } from './shrink/unused-parts.ts';
import { targetOf } from './target.ts';

const target = await targetOf('amd64');

/** The compiled code holds hashes of names. Of V8's options for that, only this one does not make it refuse the code at a start. */
const sameBytes = '--random-seed=1';

/**
 * Builds dist/gandi-provision: the sources as one script, with its compiled code, inside the stripped copy of Node. It has no
 * snapshot, which could not load the modules that plugins are.
 */
await makeExecutable(
  {
    name: 'gandi-provision',
    product: 'gandi-provision',
    entry: 'src/provision/start.ts',
    work: `${target.dist}/build/provision`,
    embed,
    unused: unusedInProvision,
  },
  target,
);

async function embed(node: string, folder: string, script: string): Promise<void> {
  const settings = {
    main: script,
    output: 'executable',
    // Half of the processor's time of a start went into reading the script.
    useCodeCache: true,
    executable: node,
    disableExperimentalSEAWarning: true,
    // Its arguments are its own, and so is what it loads: NODE_OPTIONS is for other programs.
    execArgvExtension: 'none',
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  await execa(process.execPath, [sameBytes, '--build-sea', 'settings.json'], {
    cwd: folder,
    stdout: 'ignore',
    stderr: 'inherit',
  });
}
