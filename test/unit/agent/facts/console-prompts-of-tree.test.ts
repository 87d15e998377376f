import { expect, test } from 'vitest';
import { observePromptsOfTree } from '../../../../src/agent/facts/console-prompts-of-tree.ts';
import { fakeMachine } from './fake-machine.ts';

const units = '/etc/systemd/system';
const autologin = '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root --noclear %I $TERM\n';

test.each([
  ['a terminal that systemd starts', { [`${units}/getty.target.wants/getty@tty1.service`]: '' }, [['tty1', null]]],
  [
    'a serial port beside it',
    {
      [`${units}/getty.target.wants/serial-getty@ttyS0.service`]: '',
      [`${units}/getty.target.wants/getty@tty1.service`]: '',
    },
    [
      ['tty1', null],
      ['ttyS0', null],
    ],
  ],
  [
    'one that is masked',
    {
      [`${units}/getty.target.wants/getty@tty1.service`]: '',
      [`${units}/getty@tty1.service`]: '->/dev/null',
    },
    [],
  ],
  [
    'a drop-in that asks nobody',
    {
      [`${units}/getty.target.wants/getty@tty1.service`]: '',
      [`${units}/getty@tty1.service.d/autologin.conf`]: autologin,
    },
    [['tty1', 'root']],
  ],
  [
    'a drop-in for all terminals',
    {
      [`${units}/getty.target.wants/serial-getty@hvc0.service`]: '',
      [`${units}/serial-getty@.service.d/autologin.conf`]: autologin,
    },
    [['hvc0', 'root']],
  ],
  [
    'inittab of sysvinit',
    {
      '/etc/inittab':
        'si::sysinit:/etc/init.d/rcS\n1:2345:respawn:/sbin/getty --noclear 38400 tty1\n#2:23:respawn:/sbin/getty 38400 tty2\nT0:23:respawn:/sbin/agetty -a root -L ttyS0 9600 vt100\n',
    },
    [
      ['tty1', null],
      ['ttyS0', 'root'],
    ],
  ],
  [
    'OpenRC',
    {
      '/etc/runlevels/default/agetty.hvc0': '',
      '/etc/conf.d/agetty.hvc0': 'agetty_options="--autologin root"\n',
      '/etc/runlevels/default/sshd': '',
    },
    [['hvc0', 'root']],
  ],
  ['a system without any', {}, []],
] as const)('%s', async (_, tree, expected) => {
  const prompts = await observePromptsOfTree(await fakeMachine(tree));
  expect(prompts.map(({ terminal, autologin: user }) => [terminal, user])).toEqual(expected);
});
