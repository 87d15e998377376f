import { expect, test } from 'vitest';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { observeNicFacts } from '../../../../src/agent/network/observe-nic.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';

const { flags } = parseFlags('');
const nowhere = {
  name: null,
  model: { links: [], nameservers: [] },
  described: new Set<string>(),
  gateways: new Map<string, string>(),
};
const nic = { addr_assign_type: '0', ifindex: '3', address: '52:54:00:00:00:03', flags: '0x1003' };
const answers = [
  '[{"ifindex":2,"ifname":"eth0","addr_info":[{"local":"192.0.2.10","prefixlen":24}]},{},{"ifindex":3,"ifname":"eth1","addr_info":[{"local":"198.51.100.10","prefixlen":24},{}]}]',
  '[{"dst":"default","gateway":"192.0.2.254","dev":"eth0","flags":[]},{"dst":"default","dev":"tun0","metric":50}]',
  '[{"priority":0,"src":"all","table":"local"},{"priority":32000,"src":"198.51.100.10","table":"86003"}]',
];

async function machine(stdout: string) {
  const system = await fakeMachine({
    ...sysfsDevice('/sys/class/net/eth1', nic, { device: '->../../../devices/virtio5' }),
    '/sys/devices/system/cpu/online': '0-1\n',
    '/run/systemd/system/units': '',
    '/usr/sbin/ifup': '',
    '/etc/systemd/system/multi-user.target.wants/networking.service': '',
    '/etc/network/interfaces': 'iface lo inet loopback\n',
  });
  const started: string[] = [];
  const run = (tool: string) => {
    started.push(tool);
    return Promise.resolve({ exitCode: 0, stdout, stderr: '' });
  };
  return { system: { ...system, processes: { ...system.processes, run } }, started };
}

test('a look at a NIC starts one program, whose three answers are told apart', async () => {
  const { system, started } = await machine(`${answers.join('\n')}\n`);
  const facts = await observeNicFacts(system, flags, { name: 'eth7', index: 3 }, nowhere);
  expect(started).toEqual(['ip']);
  expect(facts.ip.addresses).toEqual([{ address: '198.51.100.10', prefixLength: 24 }]);
  expect(facts.ip.defaultRoutes).toEqual([
    { device: 'eth0', gateway: '192.0.2.254', metric: 0 },
    { device: 'tun0', gateway: null, metric: 50 },
  ]);
  expect(facts.ip.sourcesByTable.get(86_003)).toEqual(['198.51.100.10']);
  expect(facts).toMatchObject({ name: 'eth1', cpus: 2, network: { tool: { name: 'ifupdown' } }, toolState: 'off' });
});

test.each([
  ['nothing', ''],
  ['no JSON', 'Object "-force" is unknown, try "ip help".\n'],
  ['lists over several lines, one of them empty', `[ ]\n[{"dst":"default",\n"dev":"tun0"}\n]\n${answers[2]}\n`],
])('%s from ip(8) is not a failure', async (_, stdout) => {
  const { system } = await machine(stdout);
  const { ip } = await observeNicFacts(system, flags, { name: 'eth1', index: 3 }, nowhere);
  expect(ip.addresses).toEqual([]);
  expect(ip.defaultRoutes).toHaveLength(stdout.includes('tun0') ? 1 : 0);
});
