import { access, chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { execa } from 'execa';
import manifest from '../package.json' with { type: 'json' };
import { emptyCodeCache } from './code-cache.ts';
import { renderSbom } from './sbom.ts';
import { targetOf } from './target.ts';
import { bundledPackages, thirdPartyNotices } from './third-party-notices.ts';
import { addonFolders, buildUdevAddon } from './udev-addon.ts';

const target = await targetOf(process.argv[2] ?? 'amd64');
const work = `${target.dist}/build`;
const script = 'gandi-agent.cjs';
const notices = 'third-party-notices.txt';
const sbom = 'sbom.cdx.json';

/** zod brings its messages in 50 languages, a third of the whole bundle; the agent speaks English. */
const withoutZodLocales: Plugin = {
  name: 'without-zod-locales',
  setup(context) {
    context.onResolve({ filter: /locales\/index\.js$/ }, ({ importer }) =>
      importer.includes('/node_modules/zod/') ? { path: 'no-locales', namespace: 'empty' } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {}' }));
  },
};

/** Of `z` itself esbuild keeps every method; of the same names as a namespace only those in use, half of zod. */
const zodAsNamespace: Plugin = {
  name: 'zod-as-namespace',
  setup(context) {
    context.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replace("import { z } from 'zod'", "import * as z from 'zod'"), loader: 'ts' };
    });
  },
};

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

/**
 * Builds dist/gandi-agent: the sources as one script, evaluated into a start-up snapshot, inside a stripped copy of
 * Node (https://nodejs.org/api/single-executable-applications.html). `build.ts arm64` builds dist/arm64/gandi-agent.
 */
await mkdir(work, { recursive: true });
// A folder of its own and a rename at the end: two builds at once do not meet, and no one runs half an executable.
const folder = await mkdtemp(`${work}/run-`);
const metafile = await bundle(join(folder, script));
await embed(await strippedNode(), folder);
if (target.hasAddon) await buildUdevAddon(join(folder, 'udev.node'));
const packages = await bundledPackages(metafile, [target.nodeFolder, ...(target.hasAddon ? addonFolders : [])]);
await writeFile(join(folder, notices), await thirdPartyNotices(packages));
await writeFile(join(folder, sbom), renderSbom(manifest, packages));
for (const name of [notices, sbom, script]) await rename(join(folder, name), join(work, name));
if (target.hasAddon) await rename(join(folder, 'udev.node'), join(target.dist, 'udev.node'));
await rename(join(folder, 'executable'), join(target.dist, 'gandi-agent'));
await rm(folder, { recursive: true });

async function bundle(outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['src/agent/start.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node26',
    // Start-up time follows the size of the snapshot, of which the source text is a part (docs/build.md).
    // Identifiers are kept, for stack traces in customers' journals.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 120,
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    // A snapshot cannot load modules; require() of Node's own is what it can do.
    supported: { 'dynamic-import': false },
    plugins: [withoutZodLocales, zodAsNamespace],
    logLevel: 'warning',
  });
  return metafile;
}

async function strippedNode(): Promise<string> {
  const stripped = resolve(work, `node-${process.version}`);
  if (await exists(stripped)) return stripped;
  const copy = `${stripped}.${process.pid}`;
  await copyFile(join(target.nodeFolder, 'bin/node'), copy);
  await execa(target.strip, [copy]);
  await rename(copy, stripped);
  return stripped;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function embed(node: string, folder: string): Promise<void> {
  const settings = {
    main: script,
    output: 'executable',
    executable: node,
    useSnapshot: true,
    disableExperimentalSEAWarning: true,
    // The agent runs as root: NODE_OPTIONS of whoever started it must not load code into it.
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
  const executable = join(folder, 'executable');
  const bytes = await readFile(executable);
  emptyCodeCache(bytes, script);
  await writeFile(executable, bytes);
  await chmod(executable, 0o755);
}
