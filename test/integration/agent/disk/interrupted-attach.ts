// Has the hotplug service attach the disk argv[2] and be killed at each of its touches of the machine in turn; then either
// another one is started, or the disk is pulled first. Prints how each of it ended. To be run in a mount namespace of its own
// with an empty /run and /var/lib; calls itself with a number of touches in argv[3], to be killed as a process of its own.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { observeMounts } from '../../../../src/core/block-device/mounts.ts';
import { flagFiles } from '../../../../src/agent/flags/read-flags.ts';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { readDiskRecords } from '../../../../src/agent/disk/disk-records.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';
import { spoolDisk } from './spool-disk.ts';

/** How it ended, once what there was to do was done. */
export interface Ending {
  /** Before which touch the first agent was killed. */
  readonly touch: number;
  readonly wasKilled: boolean;
  readonly then: 'again' | 'pulled';
  readonly failed: number;
  readonly mounts: readonly string[];
  /** The notes of the records. */
  readonly records: readonly string[];
  readonly folders: readonly string[];
  /** How often the hook was told that it is attached. */
  readonly hooks: number;
}

const [, , device = '', touches] = process.argv;
const name = basename(device);
const diskRoot = '/run/srv';
const hooks = '/run/hooks';
const told = '/run/told';
const flags = `CONFIG_DISK_ROOT=${diskRoot}\nGANDI_HOOK_DIR=${hooks}\nCONFIG_HOTPLUG_LINGER=0\nCONFIG_GROW=0\n`;

if (touches === undefined) console.log(JSON.stringify(await allEndings()));
else await hotplug(killedAt(Number(touches), machine()));

async function allEndings(): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (let touch = 0; ; touch += 1) {
    const [first, second] = [await endingOf(touch, 'again'), await endingOf(touch, 'pulled')];
    endings.push(first, second);
    if (!first.wasKilled) return endings;
  }
}

async function endingOf(touch: number, then: Ending['then']): Promise<Ending> {
  prepare();
  spool(1, 'add');
  const { signal } = spawnSync(process.execPath, [...process.argv.slice(1, 3), String(touch)], { stdio: 'inherit' });
  if (then === 'pulled') spool(2, 'remove');
  const system = then === 'pulled' ? withoutDisk(machine()) : machine();
  const { failed } = await hotplug(system);
  return { touch, wasKilled: signal === 'SIGKILL', then, failed, ...(await look(system)) };
}

function prepare(): void {
  while (spawnSync('umount', [`${diskRoot}/data`]).status === 0);
  for (const path of [diskRoot, '/run/gandi', '/var/lib/gandi', told]) rmSync(path, { recursive: true, force: true });
  mkdirSync(hooks, { recursive: true });
  writeFileSync(`${hooks}/post-disk-attach`, `#!/bin/sh\necho "$@" >>${told}\n`);
  chmodSync(`${hooks}/post-disk-attach`, 0o755);
  writeFileSync(told, '');
}

function spool(sequence: number, action: string): void {
  spoolDisk(sequence, action, device, { ID_FS_LABEL_ENC: 'data', ID_FS_UUID: 'cafe-1' });
}

/** This machine; only the flags are the test's. */
function machine(): System {
  const system = openSystem('/', silentJournal);
  const read = async (path: string) => (path === flagFiles[0] ? flags : system.files.read(path));
  return { ...system, files: { ...system.files, read } };
}

/** The kernel keeps a loop device for as long as it is mounted: that it is gone is what sysfs says here. */
function withoutDisk(system: System): System {
  const isOfDisk = (path: string) => path.startsWith(`/sys/block/${name}/`);
  const read = async (path: string) => (isOfDisk(path) ? undefined : system.files.read(path));
  return { ...system, files: { ...system.files, read } };
}

/** Each door that changes what counts is a moment at which it may be killed: before it is opened. */
function killedAt(touch: number, system: System): System {
  let left = touch;
  const killing = <Arguments extends unknown[], Result>(door: (...args: Arguments) => Result) => {
    return (...args: Arguments): Result => {
      if (left === 0) process.kill(process.pid, 'SIGKILL');
      left -= 1;
      return door(...args);
    };
  };
  const { files, processes } = system;
  return {
    ...system,
    files: {
      ...files,
      makeMountPoint: killing(files.makeMountPoint),
      remove: killing(files.remove),
      replace: killing(files.replace),
    },
    processes: { ...processes, run: killing(processes.run) },
  };
}

async function look(system: System): Promise<Pick<Ending, 'mounts' | 'records' | 'folders' | 'hooks'>> {
  const mounts = (await observeMounts(system)).map(({ mountPoint }) => mountPoint);
  return {
    mounts: mounts.filter((mountPoint) => mountPoint.startsWith(`${diskRoot}/`)),
    records: (await readDiskRecords(system)).map(({ note }) => note),
    folders: await system.files.list(diskRoot),
    hooks: readFileSync(told, 'utf8').split('\n').length - 1,
  };
}
