import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { config } from '../../../../src/agent/config/config.ts';
import { machineTree } from '../../../unit/core/system/machine-tree.ts';

beforeEach(({ skip }) => {
  if (!existsSync('/usr/bin/systemctl')) skip('systemd is not installed');
});

const unit = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=getty.target\n';

test('a console gets its login prompt on a tree that is not running, once', async () => {
  const { system, root } = await machineTree({
    '/etc/hosts': '',
    '/usr/lib/systemd/systemd': '',
    '/usr/lib/systemd/system/serial-getty@.service': unit,
    '/sys/class/tty/hvc0/dev': '229:0\n',
    '/sys/class/tty/ttyS0/type': '0\n',
  });
  const outcomes = await config(system);
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  const wants = join(root, 'etc/systemd/system/getty.target.wants');
  expect(await readlink(join(wants, 'serial-getty@hvc0.service'))).toContain('serial-getty@.service');
  await expect(readlink(join(wants, 'serial-getty@ttyS0.service'))).rejects.toThrow('ENOENT');
  expect(await config(system)).toEqual([]);
});
