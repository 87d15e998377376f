import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { makeExecutable } from './executable/make-executable.ts';
import { exists } from './executable/stripped-node.ts';
import { emptyCodeCache } from './shrink/code-cache.ts';
import { unusedInAgent } from './shrink/unused-parts.ts';
import { targetOf } from './target.ts';
import { addonFolders, buildUdevAddon } from './udev-addon.ts';

// Two builds of one source are the same bytes: the snapshot holds the path of its script, the process id, hash seeds, and
// bytes of memory that nothing was written to, which differ where addresses or threads do. Standard error is always a file: for a
// pipe or a terminal Node makes other objects, which the snapshot holds.
const namespaces = [
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
];
const enterAndRun = `
  mount -t tmpfs none /mnt
  mkdir /mnt/build
  touch /mnt/node
  mount --bind "$1" /mnt/build
  mount --bind "$2" /mnt/node
  cd /mnt/build
  shift 2
  exec "$@" 2>log`;
const snapshotOptions = [
  ...['--hash-seed=1', '--random-seed=1', '--single-threaded', '--predictable'],
  // Node warns for each of its own modules that its snapshot tests leave out; test/integration/build covers our use.
  '--no-warnings',
  // Code that ran once to set up a module is flushed: it would only make the snapshot larger and the start slower.
  '--stress-flush-code',
  // Nothing is collected while the script is evaluated, so every object is made in memory that is still zero: the gap at the end
  // of an array of bytes is never written to, and its remains of other objects differed from build to build.
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
];

const target = await targetOf(process.argv[2] ?? 'amd64');

/**
 * Builds dist/gandi-agent: the sources as one script, evaluated into a start-up snapshot, inside a stripped copy of
 * Node (https://nodejs.org/api/single-executable-applications.html). `build.ts arm64` builds dist/arm64/gandi-agent.
 */
await makeExecutable(
  {
    name: 'gandi-agent',
    product: 'gandi-vm-agent',
    entry: 'src/agent/start.ts',
    work: `${target.dist}/build`,
    embed,
    unused: [
      ...unusedInAgent,
      { name: 'compiled code', empty: (executable) => emptyCodeCache(executable, 'gandi-agent.cjs') },
    ],
    ...(target.hasAddon ? { addon: { file: 'udev.node', folders: addonFolders, build: buildUdevAddon } } : {}),
  },
  target,
);

async function embed(node: string, folder: string, script: string): Promise<void> {
  const settings = {
    main: script,
    output: 'executable',
    executable: node,
    useSnapshot: true,
    disableExperimentalSEAWarning: true,
    // The agent runs as root: NODE_OPTIONS of the one who started it must not load code into it.
    execArgvExtension: 'none',
    // Both would be paid for at every start. What the checksum protects from, dpkg and rpm check; the hash seed is that of the
    // build, in every copy alike: what could be made to collide are the keys of a configuration, which the platform writes.
    execArgv: [
      '--no-verify-snapshot-checksum',
      '--no-rehash-snapshot',
      // The functions of the C library that the journal is written with are called by a part of Node that is new.
      '--disable-warning=ExperimentalWarning',
      // Interpreted code and a small heap: what runs for seconds gains nothing from compilers, and they take memory.
      '--lite-mode',
      // MB. The heap of the snapshot has 12, and would be gone through as a whole once 13 are reached, in each process.
      '--initial-heap-size=20',
    ],
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  const originalNode = resolve(target.nodeFolder, 'bin/node');
  const inside = ['setarch', '--addr-no-randomize', 'sh', '-euc', enterAndRun, 'sh', folder, originalNode];
  const build = [...target.emulator, '/mnt/node', ...snapshotOptions, '--build-sea', 'settings.json'];
  const { failed } = await execa('unshare', [...namespaces, ...inside, ...build], {
    stdio: ['ignore', 'ignore', 'inherit'],
    extendEnv: false,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    reject: false,
  });
  const said = (await exists(join(folder, 'log'))) ? await readFile(join(folder, 'log'), 'utf8') : '';
  process.stderr.write(said);
  if (failed) throw new Error('node --build-sea failed; what it said is above');
}
