// Attaches the disk argv[2], detaches it by command, and has its `add` told once more; prints what there
// is after each. A loop device is of a bus that cannot let go of a disk. To be run in a mount namespace of its own.
import { observeMounts } from '../../../../src/core/block-device/mounts.ts';
import { flagFiles, readFlags } from '../../../../src/agent/flags/read-flags.ts';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { detachDisk } from '../../../../src/agent/disk/manage-disk.ts';
import { readDiskRecords } from '../../../../src/agent/disk/disk-records.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { spoolDisk } from './spool-disk.ts';

/** What there is at one moment. */
export interface Moment {
  readonly mounts: readonly string[];
  /** The notes of the records. */
  readonly records: readonly string[];
}

const [, , device = ''] = process.argv;
const diskRoot = '/run/srv';
const flags = `CONFIG_DISK_ROOT=${diskRoot}\nCONFIG_HOTPLUG_LINGER=0\nCONFIG_GROW=0\n`;
const own = openSystem('/', silentJournal);
const read = async (path: string) => (path === flagFiles[0] ? flags : own.files.read(path));
const system = { ...own, files: { ...own.files, read } };

const attached = await tell(1, 'add');
const { outcomes } = await detachDisk(system, await readFlags(system), device, false);
const said = outcomes.flatMap(({ changed, failure }) => (failure === null ? changed : [String(failure)]));
console.log(JSON.stringify({ attached, said, detached: await look(), replayed: await tell(2, 'add') }));

async function tell(sequence: number, action: string): Promise<Moment> {
  spoolDisk(sequence, action, device, { ID_FS_LABEL_ENC: 'data', ID_FS_UUID: 'cafe-2' });
  await hotplug(system);
  return look();
}

async function look(): Promise<Moment> {
  const mounts = (await observeMounts(system)).map(({ mountPoint }) => mountPoint);
  return {
    mounts: mounts.filter((mountPoint) => mountPoint.startsWith(`${diskRoot}/`)),
    records: (await readDiskRecords(system)).map(({ note }) => note),
  };
}
