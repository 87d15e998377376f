import { expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { bootstrapParts } from '../../../../src/agent/bootstrap/parts.ts';
import { config } from '../../../../src/agent/config/config.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const files = {
  '/etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n',
  '/etc/gandi/sysctl.conf': 'vm.swappiness = 10\n',
  '/etc/default/gandi': 'CONFIG_MOTD=0\nCONFIG_FSTAB=0\n',
};

const namesOf = (outcomes: Awaited<ReturnType<typeof bootstrap>>) => outcomes.map(({ step }) => step);

test('before a login the machine gets who it is and the settings of sshd, after the configuration', async () => {
  const { system } = await machineTree({});
  const live = { ...system, root: '/' };
  const names = (beforeLogin: boolean) => bootstrapParts(live, { again: false, beforeLogin }).map(({ name }) => name);
  expect(names(true)).toEqual(['asked configuration', 'configuration', 'drive', 'identity', 'sshd']);
  expect(names(false)).toEqual([
    'asked configuration',
    'configuration',
    'drive',
    'identity',
    'kernel settings',
    'root disk',
  ]);
});

test('the settings of sshd are there before it starts, and are the same step that config does: once', async () => {
  const { system } = await machineTree(files);
  expect(namesOf(await bootstrap(system, { again: false, beforeLogin: true }))).toEqual(['sshd']);
  expect(await system.files.read('/etc/ssh/sshd_config.d/90-gandi.conf')).toContain('PermitEmptyPasswords no');
  expect(namesOf(await bootstrap(system, { again: false, beforeLogin: true }))).toEqual([]);
  expect(namesOf(await config(system))).not.toContain('sshd');
});

test('CONFIG_SSHD=0 leaves sshd alone before a login too', async () => {
  const { system } = await machineTree({ ...files, '/etc/default/gandi': 'CONFIG_SSHD=0\n' });
  expect(namesOf(await bootstrap(system, { again: false, beforeLogin: true }))).toEqual([]);
});

test('by hand all of it is done at once', async () => {
  const { system } = await machineTree(files);
  expect(namesOf(await bootstrap(system))).toEqual(['kernel settings']);
});
