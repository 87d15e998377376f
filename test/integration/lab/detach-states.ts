// Records a disk with two parts, /var/lib and a data disk, while the data disk is detached; then has the agent attach and detach
// it in each state that a power cut may leave, as after the next boot. Prints what it saw. To be run in a mount namespace of its
// own with an empty /run and /var/lib: argv has a folder, the order of steps, a seed and the number of states.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkPart, withLoopDevice, withMountedPart } from '../../../lab/disk-part.ts';
import { powerStates } from '../../../lab/power-states.ts';
import { recordWrites } from '../../../lab/recorded-file-system.ts';
import { detachDisk } from '../../../src/agent/disk/manage-disk.ts';
import { readDiskRecords } from '../../../src/agent/disk/disk-records.ts';
import { flagFiles, readFlags } from '../../../src/agent/flags/read-flags.ts';
import { hotplug } from '../../../src/agent/hotplug/hotplug.ts';
import { observeMounts } from '../../../src/core/block-device/mounts.ts';
import { silentJournal } from '../../../src/core/system/journal.ts';
import { openSystem } from '../../../src/core/system/system.ts';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';
import { spoolDisk } from '../agent/disk/spool-disk.ts';

/** Who decides when the disk may be taken: our agent, or one that says so before it unmounts. */
export type Order = 'agent' | 'taken-before-unmount';

/** What the states showed. */
export interface DetachReport {
  readonly states: number;
  /** In so many of them the disk had been given up already. */
  readonly given: number;
  readonly problems: readonly string[];
}

const mebibyte = 1024 ** 2;
const parts = {
  varLib: { offset: 0, bytes: 32 * mebibyte },
  data: { offset: 32 * mebibyte, bytes: 32 * mebibyte },
  /** A number: how far the story had come when it was written and flushed. */
  mark: { offset: 64 * mebibyte, bytes: mebibyte },
} as const;
const moments = { nothing: 0, synced: 1, given: 2 } as const;

const varLib = '/var/lib';
const diskRoot = `${varLib}/srv`;
const mountPoint = `${diskRoot}/data`;
const flags = `CONFIG_DISK_ROOT=${diskRoot}\nCONFIG_HOTPLUG_LINGER=0\nCONFIG_GROW=0\n`;
const texts = { synced: 'the customer asked for it\n'.repeat(2000), late: 'written, and not asked for\n'.repeat(2000) };

const own = openSystem('/', silentJournal);
const read = async (path: string) => (path === flagFiles[0] ? flags : own.files.read(path));
const system = { ...own, files: { ...own.files, read } };

const [, , folder = '', order = '', seed = '', most = ''] = process.argv;
const { image, log } = await recordWrites(makeDisk(), folder, (served) => detachOnce(served, order as Order));
console.log(JSON.stringify(await lookAtStates()));

function makeDisk(): string {
  const disk = join(folder, 'base.img');
  writeFileSync(disk, '');
  truncateSync(disk, parts.mark.offset + parts.mark.bytes);
  for (const [part, label] of [[parts.varLib, 'var-lib'] as const, [parts.data, 'data'] as const]) {
    const size = `${part.bytes / 1024}k`;
    execFileSync('mkfs.ext4', ['-q', '-L', label, '-E', `offset=${part.offset}`, disk, size], { stdio: 'pipe' });
  }
  return disk;
}

async function detachOnce(disk: string, how: Order): Promise<void> {
  await withParts(disk, async (device) => {
    await tellOf(device);
    writeData('synced', true);
    writeMark(disk, moments.synced);
    writeData('late', false);
    if (how === 'taken-before-unmount') writeMark(disk, moments.given);
    const { outcomes } = await detachDisk(system, await readFlags(system), device, false);
    for (const { failure } of outcomes) if (failure !== null) throw failure;
    if (how === 'agent') writeMark(disk, moments.given);
  });
}

async function lookAtStates(): Promise<DetachReport> {
  let [states, given] = [0, 0];
  const problems: string[] = [];
  for await (const state of powerStates(image, log, seededRandom(Number(seed)), Number(most))) {
    const mark = readMark(state.image);
    states += 1;
    if (mark === moments.given) given += 1;
    const found = await problemsOf(state.image, mark);
    problems.push(...found.map((problem) => `${problem} (cut ${state.cut}, ${state.kept.length} kept)`));
  }
  return { states, given, problems };
}

/** The next boot: the disk is still there, is mounted at its place with all that it promised to keep, and can be detached. */
async function problemsOf(disk: string, mark: number): Promise<string[]> {
  const problems: string[] = [];
  await withParts(disk, async (device) => {
    problems.push(...halvesOfRecords(), ...(await problemsOfNextBoot(device, mark)));
  });
  for (const part of [parts.varLib, parts.data]) {
    const damage = await checkPart(disk, part);
    if (damage !== undefined) problems.push(damage);
  }
  return problems;
}

async function problemsOfNextBoot(device: string, mark: number): Promise<string[]> {
  // That its folder was made is not waited for (made-folders.ts): one whose mark is not on the disk is left to people, empty.
  const mayStay = existsSync(mountPoint) && !hasFolderMark();
  const { failed } = await tellOf(device);
  const mounts = (await observeMounts(system)).filter((mount) => mount.mountPoint.startsWith(`${diskRoot}/`));
  if (failed > 0 || mounts.map((mount) => mount.mountPoint).join() !== mountPoint) {
    return [`it is not mounted: ${(await readDiskRecords(system)).map(({ note }) => note).join()}`];
  }
  const isLost = {
    'what was synced is lost': mark >= moments.synced && !hasData('synced'),
    'what was written before the detach is lost': mark >= moments.given && !hasData('late'),
  };
  const { outcomes, isReleased } = await detachDisk(system, await readFlags(system), device, false);
  const isLeft = {
    'it cannot be detached': !isReleased || outcomes.some(({ failure }) => failure !== null),
    'its folder stays': existsSync(mountPoint) && !mayStay,
    'something is in its folder': existsSync(mountPoint) && readdirSync(mountPoint).length > 0,
  };
  return Object.entries({ ...isLost, ...isLeft }).flatMap(([problem, isTrue]) => (isTrue ? [problem] : []));
}

/** As after a boot: nothing is in /run, /var/lib is mounted, and the data disk is there. */
async function withParts(disk: string, act: (device: string) => Promise<void>): Promise<void> {
  rmSync('/run/gandi', { recursive: true, force: true });
  await withMountedPart(disk, parts.varLib, varLib, 'rw', () => withLoopDevice(disk, parts.data, act));
}

function tellOf(device: string) {
  spoolDisk(1, 'add', device, { ID_FS_LABEL_ENC: 'data', ID_FS_UUID: 'cafe-3' });
  return hotplug(system);
}

/** A reservation of a name has the name and a line of JSON; the mark of a folder is its path, or empty. */
function halvesOfRecords(): string[] {
  const names = (of: string) => (existsSync(`${varLib}/gandi/${of}`) ? readdirSync(`${varLib}/gandi/${of}`) : []);
  const text = (of: string, name: string) => readFileSync(`${varLib}/gandi/${of}/${name}`, 'utf8');
  const isReservation = (content: string) => /^data\n\{.*\}\n$/.test(content);
  const isMark = (content: string) => content === '' || content === mountPoint;
  const visible = (of: string) => names(of).filter((name) => !name.startsWith('.'));
  return [
    ...visible('disk-names').filter((name) => !isReservation(text('disk-names', name))),
    ...visible('made-folders').filter((name) => !isMark(text('made-folders', name))),
  ].map((name) => `half: ${name}`);
}

function hasFolderMark(): boolean {
  const path = `${varLib}/gandi/made-folders/data`;
  return existsSync(path) && readFileSync(path, 'utf8') === mountPoint;
}

function writeData(name: keyof typeof texts, isSynced: boolean): void {
  const file = openSync(join(mountPoint, name), 'w');
  writeSync(file, texts[name]);
  if (isSynced) fsyncSync(file);
  closeSync(file);
}

function hasData(name: keyof typeof texts): boolean {
  const path = join(mountPoint, name);
  return existsSync(path) && readFileSync(path, 'utf8') === texts[name];
}

function writeMark(disk: string, moment: number): void {
  const file = openSync(disk, 'r+');
  writeSync(file, Buffer.alloc(512, moment), 0, 512, parts.mark.offset);
  fsyncSync(file);
  closeSync(file);
}

function readMark(disk: string): number {
  const file = openSync(disk, 'r');
  const sector = Buffer.alloc(512);
  readSync(file, sector, 0, 512, parts.mark.offset);
  closeSync(file);
  return sector[0] ?? moments.nothing;
}
