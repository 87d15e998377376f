import { AgentError } from '../../core/error/agent-error.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import { isCompleteAtOnce, packagesOf } from './bootstrap.ts';
import type { BuildDoors } from './build-doors.ts';
import type { BuildOptions } from './build-options.ts';
import type { Distribution } from './distributions.ts';
import { runInside } from './inside-tree.ts';
import { leftOutFile } from './left-out.ts';
import { planTree } from './plan-tree.ts';
import { setRootPassword } from './root-password.ts';
import { runStep } from './step-failed.ts';
import { removeFrom, writeInto } from './write-into.ts';

const aptGet = ['apt-get', '-q', '-y', '-o', 'Acquire::Languages=none', '-o', 'APT::Install-Recommends=false'];

/**
 * Makes a tree of packages a PreOS.
 * @throws AgentError `preos.no-tree`, `preos.no-file`, `preos.step-failed`
 */
export async function configure(doors: BuildDoors, distribution: Distribution, options: BuildOptions): Promise<void> {
  const { tree, rootPassword, manifest } = options;
  const keys = await readKeys(doors, options.keyFiles);
  const script = manifest === null ? null : await readText(doors, manifest);
  if ((await doors.files.list(tree)).length === 0) throw noTree(tree);
  const inside = (...command: string[]) =>
    runStep(doors, command.slice(0, 2).join(' '), tree, (onLine) => runInside(doors, tree, command, onLine));
  const files = doors.filesOf(tree);
  if (!isCompleteAtOnce(options)) {
    await writeInto(files, { files: [leftOutFile(options.drive !== null)], links: [] });
    await inside(...aptGet, 'update');
    await inside(...aptGet, 'install', ...packagesOf(distribution, options));
  }
  const plan = planTree(distribution, options, keys);
  await writeInto(files, plan);
  for (const command of plan.commands) await inside(...command);
  if (rootPassword !== null) await setRootPassword(doors, tree, rootPassword);
  if (script !== null) await runScript(doors, tree, script, inside);
  await inside('apt-get', 'clean');
  await removeFrom(doors, tree, plan.removed);
}

/** The lines of authorized_keys(5) of all files. */
async function readKeys(doors: BuildDoors, paths: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(paths.map((path) => readText(doors, path)));
  return texts.flatMap((text) => text.split('\n').map((line) => line.trim())).filter((line) => /^[^#]/.test(line));
}

async function readText({ files }: BuildDoors, path: string): Promise<string> {
  const text = await files.read(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text !== undefined) return text;
  throw new AgentError('cannot read it: there is no such file', {
    code: 'preos.no-file',
    subject: path,
    remedy: 'give the path of a file that is there',
  });
}

/** It lies in the tree while it runs, under a name that nothing else has. */
async function runScript(
  { filesOf }: BuildDoors,
  tree: string,
  script: string,
  inside: (...command: string[]) => Promise<void>,
): Promise<void> {
  const path = '/root/.preos-manifest';
  await filesOf(tree).replace(path, script, { mode: 0o600 });
  try {
    await inside('sh', '-e', path);
  } finally {
    await filesOf(tree).remove(path);
  }
}

function noTree(tree: string): AgentError {
  return new AgentError('there is no tree to configure', {
    code: 'preos.no-tree',
    subject: tree,
    remedy: 'make it first, with --bootstrap',
  });
}
