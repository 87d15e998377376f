import { join } from 'node:path';
import { observePartitionTable } from '../../../core/block-device/partition-table.ts';
import type { System } from '../../../core/system/system.ts';
import { osReleaseValue } from '../../../core/text/os-release.ts';
import { leftoverChecks, leftoversIn } from './builder-leftovers.ts';
import { extTree, type UnmountedTree } from './ext-tree.ts';
import { describeImage } from './image-format.ts';
import type { ImageFacts, InspectedPartition, SystemFacts } from './image-facts.ts';
import { installedPackages } from './installed-packages.ts';
import { accountsOf, loginsOf } from './logins.ts';

/**
 * Looks at an image of any format that qemu-img knows. It is not changed, and nothing is mounted.
 * @param workFolder for a raw copy of an image that is not raw; the caller removes it
 * @throws AgentError `inspect.no-image`
 */
export async function inspectImage(path: string, workFolder: string, system: System): Promise<ImageFacts> {
  const { format, 'virtual-size': bytes } = await describeImage(path, system);
  const raw = format === 'raw' ? path : await rawCopy(path, format, workFolder, system);
  const isPartitioned = (await signature(raw, 0, 'PTTYPE', system)) !== '';
  const table = isPartitioned ? await observePartitionTable(system, raw) : undefined;
  const places = table?.entries.map((entry) => ({ ...entry, offset: entry.start * table.sectorBytes })) ?? [
    { number: 0, offset: 0, size: bytes / 512, type: '', name: null },
  ];
  const partitions: InspectedPartition[] = [];
  let found: SystemFacts | null = null;
  for (const { number, offset, size, type, name } of places) {
    const fileSystem = await signature(raw, offset, 'TYPE', system);
    const label = await signature(raw, offset, 'LABEL', system);
    partitions.push({ number, bytes: size * (table?.sectorBytes ?? 512), type, name: name ?? '', fileSystem, label });
    if (/^ext[234]$/.test(fileSystem)) found ??= await systemIn(extTree(raw, offset, system.processes));
  }
  return { format, bytes, table: table?.label ?? '', partitions, system: found };
}

async function rawCopy(path: string, format: string, folder: string, { processes }: System): Promise<string> {
  const raw = join(folder, 'image.raw');
  await processes.run('qemu-img', ['convert', '-f', format, '-O', 'raw', path, raw], { timeoutSeconds: null });
  return raw;
}

/** A tag of blkid(8) for what is at a place; empty where it knows nothing there. */
async function signature(raw: string, offset: number, tag: string, { processes }: System): Promise<string> {
  const args = ['--probe', '--offset', String(offset), '--output', 'value', '--match-tag', tag, raw];
  // 2: nothing was found; 8: more than one thing was.
  const { stdout } = await processes.run('blkid', args, { acceptExitCodes: [2, 8] });
  return stdout.trim();
}

async function systemIn(tree: UnmountedTree): Promise<SystemFacts | null> {
  const release = await tree.read('/usr/lib/os-release');
  const passwd = await tree.read('/etc/passwd');
  if (release === undefined || passwd === undefined) return null;
  const accounts = accountsOf(passwd);
  const keys = new Map<string, string>();
  for (const { user, home } of accounts) keys.set(user, (await tree.read(`${home}/.ssh/authorized_keys`)) ?? '');
  const left = new Map<string, string>();
  for (const { path } of leftoverChecks) {
    const text = await tree.read(path);
    if (text !== undefined) left.set(path, text);
  }
  return {
    name: osReleaseValue(release, 'PRETTY_NAME') || 'unknown',
    packages: installedPackages((await tree.read('/var/lib/dpkg/status')) ?? ''),
    logins: loginsOf(accounts, (await tree.read('/etc/shadow')) ?? '', keys),
    leftovers: leftoversIn(left),
  };
}
