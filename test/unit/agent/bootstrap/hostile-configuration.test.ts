import { expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { describeError, ExitCode } from '../../../../src/core/error/agent-error.ts';
import { exitCodeOf } from '../../../../src/agent/stage/exit-code-of.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKE/Ya7GirSOaJeN1IWQLe/Z0Lnzofg0wrr5gIwcZWqA lab';

const hostile: ReadonlyArray<readonly [string, string, object]> = [
  ['a host name with a command', 'vm_hostname', { vm_hostname: 'a;reboot' }],
  ['a host name of 300 characters', 'vm_hostname', { vm_hostname: 'a'.repeat(300) }],
  ['a host name with a line of its own', 'vm_hostname', { vm_hostname: 'web1\n203.0.113.7 bank.example' }],
  ['the user root', 'vm_conf.user', { vm_conf: { user: 'root' } }],
  ['a user that is a path', 'vm_conf.user', { vm_conf: { user: '../x' } }],
  ['a user that is an option', 'vm_conf.user', { vm_conf: { user: '-o' } }],
  ['a user with a field of passwd', 'vm_conf.user', { vm_conf: { user: 'x:0:0' } }],
  ['a key with options', 'vm_conf.ssh_key', { vm_conf: { ssh_key: `command="reboot" ${key}` } }],
  ['a password that ends the line', 'vm_conf.password', { vm_conf: { password: '$6$a$b\nroot::' } }],
];

test.each(hostile)('%s is refused by its path, and nothing else fails', async (_, path, wrong) => {
  const { system } = await machineTree({
    '/gandi/config': JSON.stringify({ vm_hostname: 'web1', ...wrong }),
    '/etc/hostname': 'image\n',
    '/etc/gandi/sysctl.conf': 'vm.swappiness = 10\n',
  });
  const outcomes = await bootstrap(system);
  const failed = outcomes.filter(({ failure }) => failure !== null);
  expect(failed).toMatchObject([{ step: 'configuration', failure: { code: 'config.invalid' } }]);
  expect(describeError(failed[0]?.failure)).toContain(`${path}: `);
  // The part with the mistake is left as it was, and every other part is applied.
  expect(await system.files.read('/etc/hostname')).toBe(path === 'vm_hostname' ? 'image\n' : 'web1\n');
  expect(await system.files.read('/etc/sysctl.d/90-gandi.conf')).toContain('vm.swappiness = 10\n');
});

test('a key with a line of its own is left out and named, and the good key is added', async () => {
  const ssh_key = `${key}\nfrom="*" ssh-rsa AAAA`;
  const { system, log } = await machineTree({
    '/gandi/config': JSON.stringify({ vm_conf: { ssh_key } }),
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    '/root/.profile': '',
  });
  await bootstrap(system);
  expect(await system.files.read('/root/.ssh/authorized_keys')).toBe(`${key}\n`);
  expect(log.join('\n')).toContain('vm_conf.ssh_key: key 2 is left out');
});

test('L15: a part that fails is an exit status that fails the unit', async () => {
  const { system } = await machineTree({ '/gandi/config': '{"vm_conf":{"user":"root"}}' });
  expect(exitCodeOf(await bootstrap(system))).toBe(ExitCode.badConfiguration);
});

test('nothing stored, and asked for it again: that is said', async () => {
  const { system } = await machineTree({ '/etc/hostname': 'image\n' });
  const running = { ...system, root: '/' };
  const outcomes = await bootstrap(running, { again: true });
  expect(outcomes[0]).toMatchObject({ step: 'configuration', failure: { code: 'config.missing' } });
});
