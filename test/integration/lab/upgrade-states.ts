import { appendFile, copyFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentImage, builtPackage } from '../../../lab/agent-image.ts';
import { withMountedPart } from '../../../lab/disk-part.ts';
import { filesBelow } from '../../../lab/files-below.ts';
import { runOnHost } from '../../../lab/host-command.ts';
import { makeNextVersion } from '../../../lab/package-disk.ts';
import { type RecordedWrites, recordWrites } from '../../../lab/recorded-file-system.ts';

/** Files of a system: content by path. */
export type Tree = ReadonlyMap<string, string>;

/** An upgrade whose every write was written down. */
export interface RecordedUpgrade extends RecordedWrites {
  readonly before: Tree;
  readonly after: Tree;
}

export const flagsPath = 'etc/default/gandi';
const rulesPath = 'usr/lib/udev/rules.d/86-gandi.rules';
const keptRulesPath = 'var/lib/gandi/rules-before-upgrade';
/** What an admin wrote: a flag, and NICs switched off in rules that the upgrade replaces. */
const ownFlag = 'CONFIG_MOTD=0 # mine\n';
const flagOfRules = /^CONFIG_NIC_HOTPLUG=0$/m;
const switchedOff = /^#.*spool-event nic/m;
const whole = { offset: 0, bytes: 2 * 1024 ** 3 };

/**
 * Records what an upgrade writes to the disk of a Debian on which the agent is installed.
 * @param folder of lab/reflink-folder.ts, for all of it
 * @param upgrade of the tree that it is given, in which /next.deb is
 */
export async function recordUpgrade(
  folder: string,
  upgrade: (tree: string) => Promise<unknown>,
): Promise<RecordedUpgrade> {
  const image = join(folder, 'base.img');
  const mounted = join(folder, 'mounted');
  const next = join(folder, 'next.deb');
  await runOnHost('cp', ['--sparse=always', (await agentImage(12)).disk, image]);
  await makeNextVersion(await builtPackage(), folder, next);
  let [before, after]: Tree[] = [];
  await withMountedPart(image, whole, mounted, 'rw', async (tree) => {
    await copyFile(next, join(tree, 'next.deb'));
    await appendFile(join(tree, flagsPath), ownFlag);
    await runOnHost('sed', ['--in-place', '/spool-event nic/s/^/#/', join(tree, rulesPath)]);
    before = await treeOf(tree);
  });
  const recorded = await recordWrites(image, folder, (served) =>
    withMountedPart(served, whole, mounted, 'rw', async (tree) => {
      await upgrade(tree);
      await syncAnother(tree);
      after = await treeOf(tree);
    }),
  );
  if (before === undefined || after === undefined) throw new Error(`nothing was mounted of ${image}`);
  return { ...recorded, before, after };
}

/** Upgrades a tree as an admin does who keeps what they edited. */
export async function upgradeByDpkg(tree: string): Promise<void> {
  await runInside(tree, 'dpkg', ['--force-confold', '--install', '/next.deb']);
}

/** Files are written in their places: what dpkg does not do. */
export async function upgradeInPlace(tree: string): Promise<void> {
  await runOnHost('dpkg-deb', ['--extract', join(tree, 'next.deb'), tree]);
}

/** What is wrong with a system whose power failed while it was upgraded. */
export async function problemsOf(image: string, { before, after }: RecordedUpgrade): Promise<string[]> {
  let tree: Tree = new Map();
  await withMountedPart(image, whole, `${image}.mounted`, 'rw', async (mounted) => {
    tree = await treeOf(mounted);
  });
  const isWhole = ([path, content]: readonly [string, string]) =>
    [before, after].some((known) => known.get(path) === content) ||
    (path === keptRulesPath ? content === before.get(rulesPath) : !before.has(path) && !after.has(path));
  const halves = [...tree].filter((file) => !isWhole(file)).map(([path]) => `half: ${path}`);
  const gone = [...before.keys()].filter((path) => after.has(path) && !tree.has(path)).map((path) => `gone: ${path}`);
  const flags = tree.get(flagsPath) ?? '';
  const isOff =
    flagOfRules.test(flags) || [rulesPath, keptRulesPath].some((path) => switchedOff.test(tree.get(path) ?? ''));
  return [
    ...halves,
    ...gone,
    ...(flags.includes(ownFlag) ? [] : ["the admin's flags are lost"]),
    ...(isOff ? [] : ["the admin's choice in the rules is lost"]),
  ];
}

/** Installs the package again, as an admin does after the power failed. @returns what is wrong then */
export async function problemsAfterRepair(image: string, { after }: RecordedUpgrade): Promise<string[]> {
  const problems: string[] = [];
  await withMountedPart(image, whole, `${image}.mounted`, 'rw', async (tree) => {
    // dpkg refuses one that needs to be unpacked again: the installation does that.
    await runInside(tree, 'dpkg', ['--configure', '--pending']).catch(() => undefined);
    await upgradeByDpkg(tree);
    const differing = (await runInside(tree, 'dpkg', ['--verify', 'gandi-vm-agent']).catch(String)).split('\n');
    problems.push(...differing.filter((line) => line !== '' && !line.endsWith(` /${flagsPath}`)));
    problems.push(
      ...(await runInside(tree, 'gandi-agent', ['--version']).then(
        () => [],
        (error) => [String(error)],
      )),
    );
    if ((await readFile(join(tree, flagsPath), 'utf8')) !== after.get(flagsPath)) problems.push('other flags');
  });
  return problems;
}

function treeOf(tree: string): Promise<Tree> {
  return filesBelow(tree, ['etc', 'var/lib/gandi', 'usr/lib/udev/rules.d']);
}

function runInside(tree: string, tool: string, args: readonly string[]): Promise<string> {
  const inside = ['--mount', '--pid', '--fork', '--kill-child', `--root=${tree}`, '--mount-proc', tool];
  const environment = { DEBIAN_FRONTEND: 'noninteractive', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  return runOnHost('unshare', [...inside, ...args], { environment });
}

/** Any other program that is careful: the file system writes down with it what was made before, and not all of its content. */
async function syncAnother(tree: string): Promise<void> {
  const other = await open(join(tree, 'root/other'), 'a');
  await other.write('x');
  await other.sync();
  await other.close();
}
