import { expect, test } from 'vitest';
import { grubConfig } from '../../../../src/provision/preos/grub-config.ts';

test('has the words of cdist, a root that can be written, and no other systems in the menu', () => {
  expect(grubConfig([], undefined).split('\n')).toEqual([
    'GRUB_CMDLINE_LINUX_DEFAULT="quiet splash net.ifnames=0"',
    'GRUB_CMDLINE_LINUX="rw"',
    'GRUB_DISABLE_OS_PROBER=true',
    '',
  ]);
});

test('finds its root by the file system, whatever the drive is called', () => {
  expect(grubConfig([], '1234-abcd')).toContain('GRUB_DEVICE=UUID=1234-abcd\n');
});

test.each([
  [['ttyS1,115200'], 'serial', '--unit=1 --speed=115200'],
  [['ttyS0'], 'serial', '--unit=0 --speed=9600'],
  [['tty0', 'ttyS0,38400n8'], 'console serial', '--unit=0 --speed=38400'],
])('with the consoles %j GRUB speaks by %s', (consoles, terminal, port) => {
  const lines = grubConfig(consoles, undefined).split('\n');
  expect(lines).toContain(`GRUB_TERMINAL="${terminal}"`);
  expect(lines).toContain(`GRUB_SERIAL_COMMAND="serial ${port}"`);
  expect(lines[0]).toContain(`console=${consoles[0]}`);
});
