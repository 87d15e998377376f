// Mounts the disk argv[2], a file system of the type argv[3], as an assignment with READ_ONLY=yes has it, or as a snapshot of the
// disk argv[4], which is mounted; reads it, tries to write to it and unmounts it; prints what it saw. To be run in a mount namespace of its own with an empty /run and /var/lib.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { applySteps } from '../../../../src/agent/action/apply-steps.ts';
import { kinds } from '../../../../src/agent/disk/actions.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { observeMounts } from '../../../../src/core/block-device/mounts.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { assignedTo } from '../../../unit/agent/disk/assignment-example.ts';
import { attached, device as example, diskFacts } from '../../../unit/agent/disk/disk-example.ts';

/** What came of it. */
export interface Seen {
  readonly failures: readonly string[];
  readonly files: readonly string[];
  readonly options: readonly string[];
  /** Whether something could be written: to a file, and to the device. */
  readonly isWritten: readonly boolean[];
}

const [, , path = '', fileSystem = '', original] = process.argv;
const system = openSystem('/', silentJournal);
const mountPoint = '/var/lib/evidence';
const attribute = (name: string) => readFileSync(`/sys/block/${basename(path)}/${name}`, 'utf8').trim();

const device = {
  ...{ ...example, name: basename(path), path, majorMinor: attribute('dev') },
  ...{ diskSequence: Number(attribute('diskseq')), sizeBytes: Number(attribute('size')) * 512 },
};
const disk = { ...attached, device, disk: device, wholeDisk: path, fileSystem, mustNotChange: true };
const facts = diskFacts({
  ...{
    kernelName: device.name,
    attached: disk,
    reservation: undefined,
    mountPoint: { path: mountPoint, state: 'missing' },
  },
  isSnapshot: original !== undefined,
  assignments: assignedTo(mountPoint, { isReadOnly: true, owner: { uid: 1, gid: 1 } }),
});
const all = 'CONFIG_FSCK=1\nCONFIG_GROW=1\nCONFIG_NEW_DISK_OWNER="0:1001 0775"\nCONFIG_MOUNT_PARAMS=rw,relatime\n';
if (original !== undefined) execFileSync('mount', [original, '/mnt']);
const outcomes = await applySteps(planDisk(facts, parseFlags(all).flags), kinds, system);
const mount = (await observeMounts(system)).find((each) => each.mountPoint === mountPoint);
const files = mount === undefined ? [] : readdirSync(mountPoint).toSorted();
for (const file of files.filter((name) => name !== 'lost+found')) readFileSync(`${mountPoint}/${file}`);
const isWritten = [
  spawnSync('touch', [`${mountPoint}/written`]).status === 0 && mount !== undefined,
  spawnSync('dd', ['if=/dev/urandom', `of=${path}`, 'bs=4096', 'count=1', 'conv=notrunc,fsync']).status === 0,
];
spawnSync('umount', [mountPoint]);
spawnSync('umount', ['/mnt']);
const failures = outcomes.flatMap(({ failure }) => (failure === null ? [] : [String(failure)]));
const seen: Seen = { failures, files, options: mount?.options ?? [], isWritten };
console.log(JSON.stringify(seen));
