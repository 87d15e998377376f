import { AgentError } from '../../core/error/agent-error.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunBySystemd, isRunningMachine, type System } from '../../core/system/system.ts';
import { observeUnitProperties } from '../../core/system/unit-properties.ts';
import type { FstabEntry } from './fstab.ts';
import { mountUnitOf } from '../../core/system/unit-name.ts';
import { isAssignedMountUnit } from '../assignment/assigned-mount-unit.ts';

/** What a mount unit of systemd mounts, and where: it claims both, as a line of /etc/fstab does. */
export interface MountUnitClaim {
  readonly unit: string;
  /** What= of systemd.mount(5): a path, a link or a tag, as in fstab(5). */
  readonly spec: string;
  readonly mountPoint: string;
}

const vendorFolder = '/usr/lib/systemd/system';
const fstabFolder = '/run/systemd/generator';
/** Where systemd/gandi-agent-generator has those of assigned paths written: any other unit of the same name goes before. */
const lateFolder = '/run/systemd/generator.late';

// systemd.unit(5), where systemd looks for units, and what generators and `systemd-mount` leave there.
const folders = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator.early',
  fstabFolder,
  lateFolder,
  '/usr/local/lib/systemd/system',
  vendorFolder,
];

// On no disk: the kernel's own file systems, and what systemd itself brings. The unit of `/` is that of the running system.
const withoutDisk = /^(?:dev|proc|sys)[-.]|^-\.mount$/;
const ofSystemd = /^(?:run|tmp)[-.]/;

// They are asked for once: systemd takes its time, and with hundreds of disks each would wait for it.
const known = new WeakMap<System, Promise<MountUnitClaim[]>>();

/**
 * What mount units have claimed, started or not. Where no file of a unit is there but those of systemd's own and of fstab, as
 * on most machines, systemd is not asked; else once in the life of this process (76 ms where /bin/true takes 7). Units are named,
 * as `*.mount` stands for those alone that systemd has in memory.
 * @param fstab its lines have units of their own, and are known already
 * @throws AgentError `mount-units.unreadable`: no answer must never be read as "nothing is claimed"
 */
export async function observeMountUnitClaims(
  system: System,
  fstab: readonly FstabEntry[],
): Promise<readonly MountUnitClaim[]> {
  const claims = known.get(system) ?? observeClaims(system, fstab);
  known.set(system, claims);
  // What failed is tried again for the next disk.
  claims.catch(() => known.delete(system));
  return claims;
}

async function observeClaims(system: System, fstab: readonly FstabEntry[]): Promise<MountUnitClaim[]> {
  if (isRunningMachine(system) && !(await isRunBySystemd(system))) return [];
  const ofFstab = new Set(fstab.map(({ mountPoint }) => mountUnitOf(mountPoint)));
  const files = await listUnits(system, ofFstab);
  if (files.size === 0) return [];
  const units = isRunningMachine(system) ? await ask(system, [...files.keys()]) : await readFiles(system, files);
  return units.filter(({ spec, mountPoint }) => spec !== '' && mountPoint !== '');
}

/** Path of the file by the name of the unit; of two the first counts. */
async function listUnits(system: System, ofFstab: ReadonlySet<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const lists = await Promise.all(folders.map(async (folder) => ({ folder, names: await system.files.list(folder) })));
  for (const { folder, names } of lists) {
    const units = names.filter((name) => name.endsWith('.mount') && !withoutDisk.test(name));
    for (const name of units.filter((name) => !isKnown(folder, name, ofFstab))) {
      const path = `${folder}/${name}`;
      const isOurs = folder === lateFolder && isAssignedMountUnit((await ifRegular(system.files.read(path))) ?? '');
      if (!isOurs && !found.has(name)) found.set(name, path);
    }
  }
  return found;
}

/** What is to be read elsewhere, or is about no disk. The admin's own unit takes the place of one that fstab has under this name. */
function isKnown(folder: string, name: string, ofFstab: ReadonlySet<string>): boolean {
  if (folder === vendorFolder) return ofSystemd.test(name);
  return folder === fstabFolder && ofFstab.has(name);
}

async function ask(system: System, names: readonly string[]): Promise<MountUnitClaim[]> {
  try {
    const shown = await observeUnitProperties(system, names, ['Id', 'What', 'Where']);
    return shown.map(({ Id = '', What = '', Where = '' }) => ({ unit: Id, spec: What, mountPoint: Where }));
  } catch (cause) {
    throw new AgentError('cannot tell which disks the mount units of systemd have claimed', {
      code: 'mount-units.unreadable',
      subject: names.join(', '),
      remedy: 'run `gandi-agent disk attach` for the disk once systemd answers',
      cause,
    });
  }
}

/** Of a tree that is not running, where nobody can be asked. */
async function readFiles(system: System, files: ReadonlyMap<string, string>): Promise<MountUnitClaim[]> {
  const claims: MountUnitClaim[] = [];
  for (const [unit, path] of files) {
    const text = (await system.files.read(path)) ?? '';
    const pairs = text.split('\n').map((line) => line.split(/=(.*)/s).map((part) => part.trim()));
    const value = (key: string) => pairs.findLast(([name]) => name === key)?.[1] ?? '';
    claims.push({ unit, spec: value('What'), mountPoint: value('Where') });
  }
  return claims;
}
