import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const text = (path: string) => readFileSync(path, 'utf8');
const units = globSync('systemd/*').sort();
const installed = [...units, ...globSync('rules/*'), ...globSync('hooks/*'), ...globSync('kernel/*')];
const settings = (path: string, key: string) =>
  [...text(path).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].flatMap(([, value = '']) => value.split(' '));

test('L18: postboot does not only come after the network, it asks for it', () => {
  expect(settings('systemd/gandi-postboot.service', 'After')).toContain('network-online.target');
  expect(settings('systemd/gandi-postboot.service', 'Wants')).toContain('network-online.target');
});

test('L3: bootstrap comes before the network and before anybody can log in', () => {
  const before = settings('systemd/gandi-bootstrap.service', 'Before');
  expect(before).toEqual(
    expect.arrayContaining(['network-pre.target', 'ssh.service', 'sshd.service', 'getty-pre.target']),
  );
});

test('sshd waits for who may log in, and for nothing that no login needs', () => {
  const blocks = (path: string) => settings(path, 'Before').some((name) => /^sshd?\.(service|socket)$/.test(name));
  expect(units.filter(blocks)).toEqual(['systemd/gandi-bootstrap.service']);
  expect(text('systemd/gandi-bootstrap.service')).toMatch(/^ExecStart=\S+ bootstrap --before-login$/m);
  // What it left is done at each boot, and does not take the processor from those who are waited for.
  expect(settings('systemd/gandi-config.service', 'After')).toContain('gandi-bootstrap.service');
  expect(settings('systemd/gandi-config.service', 'Nice')).toEqual(['10']);
});

test.each(installed)('L26: %s mounts no file system for itself', (path) => {
  expect(text(path)).not.toMatch(/^\s*mount\b|tmpfs/m);
});

test('L27: the rules use nothing that udev no longer knows', () => {
  expect(text('rules/86-gandi.rules')).not.toMatch(/last_rule|ignore_device|fake_blkid|vol_id/);
});

const startsAgent = (path: string) => /gandi-agent|start-stage/.test(settings(path, 'ExecStart').join());

test.each(units.filter((path) => path.endsWith('.service') && startsAgent(path)))(
  '%s: V8 can compile in it',
  (path) => {
    expect(text(path)).not.toMatch(/^MemoryDenyWriteExecute=(yes|true|1)/m);
  },
);

test('the service that handles events can be started as often as they come', () => {
  expect(settings('systemd/gandi-hotplug.service', 'StartLimitIntervalSec')).toEqual(['0']);
});

test.each(['ProtectSystem', 'PrivateTmp', 'ProtectHome', 'PrivateDevices', 'PrivateMounts', 'ProtectKernelModules'])(
  'what the service that mounts makes is seen by the machine: no %s=',
  (key) => {
    expect(settings('systemd/gandi-hotplug.service', key)).toEqual([]);
  },
);
