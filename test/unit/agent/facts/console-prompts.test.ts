import { expect, test } from 'vitest';
import { observeConsolePrompts } from '../../../../src/agent/facts/console-prompts.ts';
import { fakeMachine } from './fake-machine.ts';

/** Files of a process as Linux shows them. */
const process = (id: number, name: string, device: number, ...words: string[]) => ({
  [`/proc/${id}/comm`]: `${name}\n`,
  [`/proc/${id}/stat`]: `${id} (${name}) S 1 ${id} ${id} ${device} ${id} 4194560 0 0\n`,
  [`/proc/${id}/cmdline`]: `${[name, ...words].join('\0')}\0`,
});

test('login prompts are found by their processes, with the terminal that they are on', async () => {
  const system = await fakeMachine({
    '/sys/dev/char/4:1': '->../../devices/virtual/tty/tty1',
    '/sys/dev/char/4:64': '->../../devices/pnp0/00:04/tty/ttyS0',
    '/sys/dev/char/229:0': '->../../devices/virtual/tty/hvc0',
    ...process(1, 'systemd', 0),
    ...process(400, 'agetty', 1025, '-o', '-p -- \\u', '--noclear', '-', 'linux'),
    ...process(401, 'agetty', 1088, '--autologin', 'root', '115200', 'ttyS0'),
    ...process(402, 'login', 58624, '-p', '--'),
    ...process(403, 'sshd', 0, '-D'),
    '/proc/uptime': '1 1\n',
  });
  expect(await observeConsolePrompts(system)).toEqual([
    { terminal: 'hvc0', autologin: null },
    { terminal: 'tty1', autologin: null },
    { terminal: 'ttyS0', autologin: 'root' },
  ]);
});
