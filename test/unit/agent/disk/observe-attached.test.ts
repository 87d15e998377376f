import { expect, test } from 'vitest';
import { observeAttached } from '../../../../src/agent/disk/observe-attached.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const tree = {
  '/sys/class/block/sdb': '->../../devices/host0/block/sdb',
  '/sys/block/sdb': '->../devices/host0/block/sdb',
  '/sys/devices/host0/block/sdb/dev': '8:16\n',
  '/sys/devices/host0/block/sdb/size': '2048\n',
};

async function isReady(properties: Readonly<Record<string, string>>) {
  return (await observeAttached(await fakeMachine(tree), 'sdb', properties, [], []))?.isReady;
}

// parse_boolean in systemd/src/basic/parse-util.c. What is neither counts as if it were not set (systemd/src/core/device.c).
test.each(['0', 'no', 'n', 'false', 'f', 'off', 'NO', 'False', 'oFF'])(
  'SYSTEMD_READY=%s is not ready',
  async (value) => {
    expect(await isReady({ SYSTEMD_READY: value })).toBe(false);
  },
);

test.each(['1', 'yes', 'Y', 'true', 't', 'on', '', '00', 'none', 'offline', ' 0', '0\n'])(
  'SYSTEMD_READY=%j is',
  async (value) => {
    expect(await isReady({ SYSTEMD_READY: value })).toBe(true);
  },
);

test('a disk of which udev says nothing is ready', async () => {
  expect(await isReady({})).toBe(true);
});
