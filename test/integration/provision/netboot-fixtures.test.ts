import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { maasImportPxeFiles } from '../../../src/provision/cli/maas-import-pxe-files.ts';
import { type ArchiveServer, type Fault, serveArchive } from './archive-server.ts';
import { recorded, withoutRecords } from './fixtures.ts';
import { readTree, type Tree, writeTree } from './tree.ts';

/** A run of the original, and in `ours` what is to be otherwise. */
interface Case {
  readonly name: string;
  readonly archive: Readonly<Record<string, string>>;
  readonly url: 'file' | 'http';
  readonly environment: Readonly<Record<string, string>>;
  readonly fault?: Readonly<Record<string, Fault>>;
  readonly tftproot_before?: Tree;
  readonly exit: number;
  readonly tftproot: Tree;
  readonly asked_paths?: readonly string[];
  readonly second_run?: SecondRun;
  readonly ours?: { readonly exit?: number; readonly note?: string; readonly second_run?: Partial<SecondRun> };
}

interface SecondRun {
  readonly exit: number;
  readonly tftproot: Tree | 'same content';
  readonly kept_inode_and_mtime: readonly string[];
  readonly written_again: readonly string[];
}

/** What was arranged for a case that its record does not say. */
interface Arrangement {
  /** Text of a settings file, of the system or of the working folder. */
  readonly settings?: { readonly system?: string; readonly working?: string };
  /** What they make of the variables. */
  readonly effective?: Readonly<Record<string, string>>;
  /** Files of the archive before the second run; null for one that is gone. */
  readonly afterwards?: Readonly<Record<string, string | null>>;
  /** A status that the original has for what its downloader says, and ours for every failure. */
  readonly exit?: number;
  /** Run as a process of its own: by this user, or until this signal. */
  readonly user?: number;
  readonly signal?: NodeJS.Signals;
  readonly mustName?: string;
}

const images = 'precise/main/installer-amd64/current/images/netboot/ubuntu-installer/amd64';

const arrangements: Readonly<Record<string, Arrangement>> = {
  'only the loader changed': { afterwards: { [`${images}/pxelinux.0`]: 'v2 loader\n' } },
  'loader vanished from the archive': { afterwards: { [`${images}/pxelinux.0`]: null } },
  'kernel vanished from the archive': { afterwards: { [`${images}/linux`]: null } },
  'settings in the working folder': { settings: { working: 'ARCHES="i386"\n' }, effective: { ARCHES: 'i386' } },
  'settings with comments and quotes': {
    settings: { working: '# which\nRELEASES=\'precise\' # and no other\n\nexport ARCHES="amd64"\n' },
    effective: { RELEASES: 'precise' },
  },
  'settings that are shell': {
    settings: { working: 'RELEASES=precise\nif true; then ARCHES=$(echo amd64); fi\n' },
    exit: 3,
    effective: { RELEASES: '', ARCHES: '' },
    mustName: 'etc/maas/import_isos:2',
  },
  'settings of the system': { settings: { system: 'ARCHES=amd64\n' }, effective: { ARCHES: 'amd64' } },
  'settings of both': {
    settings: { system: 'ARCHES=amd64\n', working: 'ARCHES=i386\n' },
    effective: { ARCHES: 'i386' },
  },
  'ARCHES empty': { effective: { ARCHES: 'amd64 i386' } },
  'TFTPROOT cannot be written': { user: 65534, mustName: 'tftproot', effective: { RELEASES: '', ARCHES: '' } },
  'DOWNLOAD is not there': { mustName: 'no-such-downloader', effective: { RELEASES: '', ARCHES: '' } },
  'ended by SIGTERM while it downloads': { signal: 'SIGTERM' },
  'ended by SIGINT while it downloads': { signal: 'SIGINT' },
  'killed by SIGKILL while it downloads': { signal: 'SIGKILL' },
};

const cases = recorded<Case[]>('netboot/cases.json');
const signalNumbers: Readonly<Record<string, number>> = { SIGTERM: -15, SIGINT: -2, SIGKILL: -9 };

let work = '';
let server: ArchiveServer;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'gandi-netboot-'));
  await chmod(work, 0o755);
  server = await serveArchive();
});

afterEach(async () => {
  await server.close();
  await rm(work, { recursive: true });
});

describe('as recorded: maas-import-pxe-files', () => {
  beforeEach(({ skip }) => skip(cases === undefined, withoutRecords));

  test.each(cases ?? [])('$name', async (each) => {
    const arrangement = arrangements[each.name] ?? {};
    const tftpRoot = each.environment.TFTPROOT?.replace(/\$\{WORK\}/, work) ?? '';
    await prepare(each, arrangement, tftpRoot);

    const ended = await run(each, arrangement);
    const { tree, broken } = expectedTree(each, arrangement);
    const found = await readTree(tftpRoot);
    // What a killed run leaves has a name of ours: the next run clears it, as the last test says.
    if (arrangement.signal === 'SIGKILL') for (const path in found) if (/\.gandi-/.test(path)) delete found[path];
    expect({ exit: ended.exit, tree: found }, ended.stderr).toEqual({
      exit: expectedExit(each, arrangement),
      tree: each.ours === undefined && arrangement.exit === undefined ? each.tftproot : tree,
    });
    expect(tree, 'the model that says what is to be where ours differs').toEqual(
      each.ours === undefined ? each.tftproot : tree,
    );
    for (const path of arrangement.signal === undefined ? broken : []) expect(ended.stderr).toContain(path);
    expect(ended.stderr).toContain(arrangement.mustName ?? '');
    expectAsked(each);
    if (each.second_run !== undefined) await runAgain(each, each.second_run, arrangement, tftpRoot);
  });

  test('what is arranged here belongs to a case', () => {
    const names = cases?.map(({ name }) => name);
    expect(Object.keys(arrangements).filter((name) => names?.includes(name) === false)).toEqual([]);
  });
});

async function prepare(each: Case, { settings, user }: Arrangement, tftpRoot: string): Promise<void> {
  await changeArchive(each, each.archive);
  for (const [end, fault] of Object.entries(each.fault ?? {})) server.faults.set(end, fault);
  const before = each.tftproot_before ?? {};
  await writeTree(tftpRoot, before);
  for (const [path, entry] of Object.entries(before)) {
    // A link has mode 0777 in the record: to a folder elsewhere.
    if (entry !== '0777') continue;
    const place = join(tftpRoot, path.slice(0, -1));
    await rename(place, join(work, 'elsewhere'));
    await symlink(join(work, 'elsewhere'), place);
  }
  for (const [folder, text] of [
    ['system', settings?.system],
    ['working/etc/maas', settings?.working],
  ] as const) {
    await mkdir(join(work, folder), { recursive: true });
    if (text !== undefined) await writeFile(join(work, folder, 'import_isos'), text);
  }
  if (user === undefined) return;
  await mkdir(tftpRoot, { recursive: true });
  await chmod(tftpRoot, 0o555);
}

async function changeArchive(each: Case, changes: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) server.files.delete(path);
    else server.files.set(path, content);
    if (each.url === 'http') continue;
    const file = join(work, 'archive', path);
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    if (content !== null) await writeFile(file, content);
  }
}

interface Ended {
  readonly exit: number;
  readonly stderr: string;
}

async function run(each: Case, { user, signal }: Arrangement): Promise<Ended> {
  const variables = Object.entries(each.environment).map(([name, value]) => [
    name,
    value.replace(/\$\{WORK\}/, work).replace('http://127.0.0.1:8123', server.url),
  ]);
  const environment = Object.fromEntries(variables) as Record<string, string>;
  if (user !== undefined || signal !== undefined) return runProcess(environment, user, signal);
  const said: string[] = [];
  const terminal = { out: () => {}, err: (line: string) => void said.push(line), json: () => {}, verbatim: () => {} };
  const around = {
    environment: { PATH: '/usr/bin:/bin', ...environment },
    workingFolder: join(work, 'working'),
    systemFolder: join(work, 'system'),
  };
  return { exit: await maasImportPxeFiles([], terminal, around), stderr: said.join('\n') };
}

/** By the name of the original, and until it is ended where a signal says so. */
async function runProcess(environment: Record<string, string>, user?: number, signal?: NodeJS.Signals): Promise<Ended> {
  if (user !== undefined) await chown(join(work, 'working'), user, user);
  const child = execa(process.execPath, [resolve('src/provision/start.ts')], {
    argv0: 'maas-import-pxe-files',
    env: { PATH: '/usr/bin:/bin', ...environment },
    extendEnv: false,
    cwd: join(work, 'working'),
    reject: false,
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  if (signal !== undefined) {
    const isAsked = () => server.asked.some((path) => path.endsWith('/linux'));
    const loader = join(environment.TFTPROOT ?? '', 'maas/amd64/base/pxelinux.0');
    const isThere = async () => /^v1 /.test(await readFile(loader, 'utf8').catch(() => ''));
    await expect.poll(async () => isAsked() && (await isThere()), { timeout: 30_000 }).toBe(true);
    child.kill(signal);
  }
  const { exitCode, signal: endedBy, stderr } = await child;
  return { exit: endedBy === undefined ? (exitCode ?? -1) : (signalNumbers[endedBy] ?? -1), stderr };
}

function expectedExit(each: Case, arrangement: Arrangement): number {
  return each.ours?.exit ?? arrangement.exit ?? each.exit;
}

/**
 * What lies in the TFTP root after a run of ours, told from the archive and its faults: what was there, and each loader
 * and each release that came whole.
 */
function expectedTree(each: Case, { effective }: Arrangement): { tree: Tree; broken: readonly string[] } {
  const tree: Record<string, Tree[string]> = { ...each.tftproot_before };
  const broken: string[] = [];
  const { ARCHES = '', RELEASES = '', CURRENT_RELEASE = '' } = { ...each.environment, ...effective };
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  const served = (release: string, arch: string, name: string) => {
    const path = `${release}/main/installer-${arch}/current/images/netboot/ubuntu-installer/${arch}/${name}`;
    const [, fault] = Object.entries(each.fault ?? {}).find(([end]) => path.endsWith(end)) ?? [];
    const content = fault === undefined || fault === '302' ? each.archive[path] : undefined;
    if (content === undefined) broken.push(path);
    return content;
  };
  const put = (path: string, content: string) => {
    tree[path] = ['0644', content];
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) tree[`${folder}/`] = '0755';
  };
  for (const arch of words(ARCHES)) {
    const base = `maas/${arch}/base`;
    const loader = served(CURRENT_RELEASE, arch, 'pxelinux.0');
    if (loader !== undefined && tree[`${base}/pxelinux.0/`] === undefined) put(`${base}/pxelinux.0`, loader);
    for (const release of words(RELEASES)) {
      const place = `${base}/${release}/install`;
      const initrd = served(release, arch, 'initrd.gz');
      // What follows a failure is not asked for.
      const kernel = initrd === undefined ? undefined : served(release, arch, 'linux');
      if (initrd === undefined || kernel === undefined || tree[place] !== undefined) continue;
      for (const path of Object.keys(tree)) if (path.startsWith(`${place}/`)) delete tree[path];
      put(`${place}/initrd.gz`, initrd);
      put(`${place}/linux`, kernel);
    }
  }
  return { tree, broken };
}

/** Nothing is asked for that the original does not ask for, but sums and what a redirection leads to. */
function expectAsked(each: Case): void {
  const asked = [...new Set(server.asked.filter((path) => !/SHA256SUMS$|^\/moved/.test(path)))];
  const known = each.asked_paths?.filter((path) => !path.startsWith('/moved'));
  if (each.ours === undefined) expect(asked.toSorted()).toEqual(known?.toSorted() ?? []);
  else expect(asked.filter((path) => known?.includes(path) === false)).toEqual([]);
}

async function runAgain(each: Case, second: SecondRun, arrangement: Arrangement, tftpRoot: string): Promise<void> {
  const before = await facts(tftpRoot);
  const contents = await readTree(tftpRoot);
  await changeArchive(each, arrangement.afterwards ?? {});
  const { exit, stderr } = await run(each, arrangement);
  // 37 is curl's status for a file that is not there.
  expect(exit, stderr).toBe(second.exit === 37 ? 1 : second.exit);
  expect(await readTree(tftpRoot)).toEqual(second.tftproot === 'same content' ? contents : second.tftproot);
  const after = await facts(tftpRoot);
  const again = [...after].filter(([path, fact]) => before.get(path) !== fact).map(([path]) => path);
  // The original writes what it has again; none of ours is named in `ours` of a case whose archive lost something.
  expect(again).toEqual(each.ours?.second_run?.written_again ?? []);
}

/** Inode and time in nanoseconds of each file that is served. */
async function facts(tftpRoot: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of Object.keys(await readTree(tftpRoot)).filter((each) => !each.endsWith('/'))) {
    const { ino, mtimeNs } = await stat(join(tftpRoot, path), { bigint: true });
    found.set(path, `${ino} ${mtimeNs}`);
  }
  return found;
}

test('a killed run leaves a folder of its own, and the next one clears it', async () => {
  for (const name of ['linux', 'initrd.gz', 'pxelinux.0'])
    server.files.set(`${images}/${name}`, `v1 ${name} of precise\n`);
  server.faults.set('linux', 'slow');
  await mkdir(join(work, 'working'));
  const tftpRoot = join(work, 'tftproot');
  const environment = {
    ARCHIVE: server.url,
    RELEASES: 'precise',
    CURRENT_RELEASE: 'precise',
    ARCHES: 'amd64',
    TFTPROOT: tftpRoot,
  };
  expect((await runProcess(environment, undefined, 'SIGKILL')).exit).toBe(-9);
  expect(await readdir(tftpRoot)).toContain('.gandi-import');
  server.faults.clear();
  expect((await runProcess(environment)).exit).toBe(0);
  expect(await readdir(tftpRoot)).toEqual(['maas']);
});
