// Has the hotplug service attach the disks argv[2] and following, `<device>=<UUID that udev tells>`, all of which wait in the
// spool, and prints the actions in the order in which they were done. To be run in a mount namespace of its own with an empty /run and /var/lib.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { flagFiles } from '../../../src/flags/read-flags.ts';
import { hotplug } from '../../../src/hotplug/hotplug.ts';
import { silentJournal } from '../../../src/system/journal.ts';
import { openSystem } from '../../../src/system/system.ts';

/** What was done, and what failed of it. */
export interface Burst {
  readonly actions: readonly string[];
  readonly errors: readonly string[];
}

const hooks = '/run/hooks';
const flags = `CONFIG_DISK_ROOT=/run/srv\nGANDI_HOOK_DIR=${hooks}\nCONFIG_HOTPLUG_LINGER=0\nCONFIG_GROW=0\n`;

mkdirSync(hooks);
writeFileSync(`${hooks}/post-disk-attach`, '#!/bin/sh\n');
chmodSync(`${hooks}/post-disk-attach`, 0o755);
mkdirSync('/run/gandi/spool', { recursive: true });
for (const [index, disk] of process.argv.slice(2).entries()) {
  const [device = '', uuid = ''] = disk.split('=');
  spool(index + 1, device, uuid);
}

const actions: string[] = [];
const errors: string[] = [];
const journal = {
  ...silentJournal,
  info: (_message: string, fields?: Record<string, unknown>) => actions.push(String(fields?.action ?? '')),
  error: (message: string) => errors.push(message),
};
const system = openSystem('/', journal);
const read = async (path: string) => (path === flagFiles[0] ? flags : system.files.read(path));
await hotplug({ ...system, files: { ...system.files, read } });
console.log(JSON.stringify({ actions, errors } satisfies Burst));

/** As rules/spool-event writes it. */
function spool(sequence: number, device: string, uuid: string): void {
  const name = basename(device);
  const properties = {
    ...{ ACTION: 'add', SEQNUM: sequence, DEVPATH: `/devices/virtual/block/${name}`, DEVNAME: device },
    ...{ DISKSEQ: readFileSync(`/sys/block/${name}/diskseq`, 'utf8').trim(), DEVTYPE: 'disk' },
    ...{ GANDI_HANDLER: 'disk', GANDI_SPOOLED_AT: '1.00', GANDI_DATA_DISK: '1' },
    ...{ ID_FS_TYPE: 'ext4', ID_FS_USAGE: 'filesystem', ID_FS_LABEL_ENC: name, ID_FS_UUID: uuid },
  };
  const text = Object.entries(properties).map(([key, value]) => `${key}=${value}\0`);
  writeFileSync(`/run/gandi/spool/${sequence}-disk`, text.join(''));
}
