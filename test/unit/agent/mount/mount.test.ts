import { once } from 'node:events';
import { expect, test } from 'vitest';
import { mount } from '../../../../src/agent/mount/mount.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';

const disks = { sda: '8:0', sdb: '8:16', sdc: '8:32' };
const machine: Tree = Object.assign(
  { '/proc/self/mountinfo': '' },
  ...Object.entries(disks).map(([name, dev]) =>
    sysfsDevice(`/sys/block/${name}`, { dev, size: '2048' }, { 'device/subsystem': '->../../../../../bus/scsi' }),
  ),
);

/**
 * A udevd as `gandi-agent mount` needs it: it has initialized some devices, comes to the end of others when block devices are
 * reported again, and says whether that was all.
 */
async function mountWith(udev: {
  readonly known: readonly string[];
  readonly finishes: readonly string[];
  readonly settles: boolean;
}) {
  const system = await fakeMachine(machine);
  let hear: ((line: string) => void) | undefined;
  const follow: System['processes']['follow'] = async (_program, [verb], onLine, { signal } = {}) => {
    if (verb === 'info') {
      for (const line of exportedDatabase(udev.known).split('\n')) onLine(line);
      return 0;
    }
    onLine('monitor will print the received events for:');
    onLine('UDEV - the event which udev sends out after rule processing');
    hear = onLine;
    if (signal?.aborted === false) await once(signal, 'abort');
    return 128;
  };
  const run: System['processes']['run'] = async (_tool, [verb]) => {
    for (const name of verb === 'trigger' ? udev.finishes : [])
      hear?.(`UDEV  [41.532412] add      /devices/pci0000:00/0000:00:05.0/host2/block/${name} (block)`);
    return { exitCode: verb === 'settle' && !udev.settles ? 1 : 0, stdout: '', stderr: '' };
  };
  const outcomes = await mount({ ...system, processes: { ...system.processes, run, follow } }, 1);
  return outcomes.map(({ step, failure }) => `${step}: ${failure}`);
}

/** udevadm info --export-db of systemd 252: all devices of sysfs, those that udev knows with a time. */
function exportedDatabase(known: readonly string[]): string {
  return ['sda', 'sdb', 'sdc', 'null']
    .map((name) => {
      const time = known.includes(name) ? 'E: USEC_INITIALIZED=1234567\n' : '';
      return `P: /devices/x/${name}\nM: ${name}\nN: ${name}\nE: DEVPATH=/devices/x/${name}\nE: DEVNAME=/dev/${name}\n${time}`;
    })
    .join('\n');
}

const known = ['null', 'sda', 'sdb', 'sdc'];
const hanging = (disk: string) => [
  expect.stringMatching(`^/dev/${disk}: .*udev is not done looking at it after \\d+ s: boot goes on without it`),
];

test('a disk that udev does not come to the end of is told of, though udev knew it before', async () => {
  expect(await mountWith({ known, finishes: ['sda', 'sdc'], settles: false })).toEqual(hanging('sdb'));
});

test('so is one that udev never knew', async () => {
  const known = ['null', 'sda', 'sdb'];
  expect(await mountWith({ known, finishes: [], settles: true })).toEqual(hanging('sdc'));
});

test('so are all where udev knows devices, and no disk', async () => {
  expect(await mountWith({ known: ['null'], finishes: [], settles: true })).toHaveLength(3);
});

test('where udev has settled, no disk is waited for that it knows', async () => {
  expect(await mountWith({ known, finishes: [], settles: true })).toEqual([]);
});

test('a device manager that tells udevadm of nothing is not asked', async () => {
  expect(await mountWith({ known: [], finishes: [], settles: true })).toEqual([]);
});
