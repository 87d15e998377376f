import { expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import { applyAction } from '../../../../src/agent/action/kind.ts';
import { kinds } from '../../../../src/agent/actions.ts';
import { networkMachine } from './network-machine.ts';

const runsSystemd = { '/run/systemd/system/.keep': '' };
const script = { '/etc/init.d/ssh': '' };
const openrc = { ...script, '/run/openrc/softlevel': 'default' };
const stop: Action = { kind: 'control-unit', unit: 'ssh.service', verb: 'stop' };
const reload: Action = { kind: 'control-unit', unit: 'ssh.service', verb: 'try-reload-or-restart' };
const dhcp: Action = { kind: 'start-dhcp', link: 'eth1', client: 'dhclient' };
const raise: Action = { kind: 'apply-network', tool: 'ifupdown', links: ['eth1'], areNew: true };
const settings: Action = { kind: 'load-kernel-settings' };
const sysctl = { '/usr/lib/systemd/systemd-sysctl': '' };

test.each<[string, Action, Readonly<Record<string, string>>, readonly string[]]>([
  ['a service is stopped by its script', stop, script, ['service ssh stop']],
  ['and reloaded', reload, script, ['service ssh reload']],
  ['OpenRC has a program of its own for that', stop, openrc, ['rc-service ssh stop']],
  ['which reloads what runs alone', reload, openrc, ['rc-service --ifstarted ssh reload']],
  ['a unit without a script is not a service there', stop, {}, []],
  ['with systemd its script is not asked', stop, { ...script, ...runsSystemd }, ['systemctl stop ssh.service']],
  ['a DHCP client looks after itself', dhcp, {}, ['ip link set dev eth1 up', 'dhclient -nw eth1']],
  ['a new interface is raised without a scope', raise, {}, ['ifup --force eth1']],
  ['kernel settings are loaded by sysctl(8)', settings, {}, ['sysctl --quiet --ignore --system']],
  ["or by systemd's program, if only that is installed", settings, sysctl, ['/usr/lib/systemd/systemd-sysctl']],
])('%s', async (_, action, files, commands) => {
  const { system, ran } = await networkMachine(files);
  await applyAction(action, kinds, system);
  expect(ran).toEqual(commands);
});
