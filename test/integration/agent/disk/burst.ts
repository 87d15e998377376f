// Has the hotplug service attach the disks argv[2] and following, `<device>=<UUID that udev tells>`, all of which wait in the
// spool, and prints the actions in the order in which they were done. To be run in a mount namespace of its own with an empty /run and /var/lib.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { flagFiles } from '../../../../src/agent/flags/read-flags.ts';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { spoolDisk } from './spool-disk.ts';

/** What was done, and what failed of it. */
export interface Burst {
  readonly actions: readonly string[];
  readonly errors: readonly string[];
}

const hooks = '/run/hooks';
const flags = `CONFIG_DISK_ROOT=/run/srv\nGANDI_HOOK_DIR=${hooks}\nCONFIG_HOTPLUG_LINGER=0\nCONFIG_GROW=0\n`;

mkdirSync(hooks);
writeFileSync(`${hooks}/post-disk-attach`, '#!/bin/sh\n:\n');
chmodSync(`${hooks}/post-disk-attach`, 0o755);
for (const [index, disk] of process.argv.slice(2).entries()) {
  const [device = '', uuid = ''] = disk.split('=');
  spoolDisk(index + 1, 'add', device, { ID_FS_LABEL_ENC: basename(device), ID_FS_UUID: uuid });
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
