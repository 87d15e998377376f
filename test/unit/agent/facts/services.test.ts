import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observeServices } from '../../../../src/agent/facts/services.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const links = '/etc/systemd/system';
const systemd = {
  [`${links}/multi-user.target.wants/gandi-mount.service`]: '',
  [`${links}/paths.target.wants/gandi-hotplug.path`]: '',
};
const runLevels = {
  '/etc/rcS.d/S11gandi-bootstrap': '',
  '/etc/rc2.d/S02gandi-mount': '',
  '/etc/rc2.d/K01gandi-config': '',
};
const sysvinit = { '/etc/inittab': '# comment\nsi::sysinit:/etc/init.d/rcS\n' };

test.each([
  ['systemd', { '/run/systemd/system/x': '', ...systemd, ...runLevels, ...sysvinit }, ['gandi-hotplug', 'gandi-mount']],
  ['systemd', systemd, ['gandi-hotplug', 'gandi-mount']],
  [
    'systemd',
    { '/etc/inittab': '# systemd has no :sysinit: line here\n', ...systemd },
    ['gandi-hotplug', 'gandi-mount'],
  ],
  ['sysvinit', { ...systemd, ...runLevels, ...sysvinit }, ['gandi-bootstrap', 'gandi-mount']],
  [
    'openrc',
    { '/etc/runlevels/boot/gandi-bootstrap': '', '/etc/runlevels/default/gandi-mount': '', ...sysvinit },
    ['gandi-bootstrap', 'gandi-mount'],
  ],
] as const)('with %s, what starts at boot is what its links say', async (init, files, enabled) => {
  const { system } = await machineTree(files);
  const services = await observeServices(system);
  expect(services.init).toBe(init);
  expect([...services.enabled].filter((name) => name.startsWith('gandi-')).sort()).toEqual(enabled);
});

test('a unit that is masked is told, enabled or not', async () => {
  const { system, root } = await machineTree(systemd);
  await symlink('/dev/null', join(root, links, 'gandi-mount.service'));
  expect((await observeServices(system)).masked).toEqual(new Set(['gandi-mount']));
});
