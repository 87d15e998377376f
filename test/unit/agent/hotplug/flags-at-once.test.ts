import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const event = (sequence: number) =>
  [
    `SEQNUM=${sequence}`,
    'ACTION=remove',
    'DEVPATH=/x/sdb',
    'DEVNAME=/dev/sdb',
    'GANDI_HANDLER=disk',
    'GANDI_SPOOLED_AT=1',
  ]
    .map((line) => `${line}\0`)
    .join('');

test('a flag that is changed while the service is up is in force with the next event', async () => {
  const { system, root } = await machineTree({
    '/etc/default/gandi': 'CONFIG_HOTPLUG_LINGER=9999\n',
    '/proc/self/mountinfo': '',
    '/run/gandi/spool/1-disk': event(1),
  });
  const looks: string[] = [];
  const read = async (path: string) => {
    const text = await system.files.read(path);
    looks.push(path);
    return text;
  };
  const serving = hotplug({ ...system, files: { ...system.files, read } });
  // Once for the event, and once for how long to wait for the next.
  const flagReads = () => looks.filter((path) => path === '/etc/default/gandi').length;
  await vi.waitFor(() => expect(flagReads()).toBeGreaterThanOrEqual(2), { timeout: 10_000 });

  // With the first value it would wait for hours; only the second lets it end. It may be read before the next event is there, and waits
  // for that too.
  await writeFile(join(root, 'etc/default/gandi'), 'CONFIG_HOTPLUG_LINGER=5\n');
  await writeFile(join(root, 'run/gandi/incoming'), event(2));
  await rename(join(root, 'run/gandi/incoming'), join(root, 'run/gandi/spool/2-disk'));
  expect(await serving).toEqual({ handled: 2, failed: 0 });
});
