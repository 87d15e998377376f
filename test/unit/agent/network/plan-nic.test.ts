import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Action, Step } from '../../../../src/agent/actions.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { networkTool, networkTools } from '../../../../src/agent/network-config/network-tools.ts';
import { describeAction } from '../../../../src/agent/action/kind.ts';
import { kinds as networkKinds } from '../../../../src/agent/network/actions.ts';
import { planNic } from '../../../../src/agent/network/plan-nic.ts';
import { attached, file, flags, links, nic, nowhere, payload, record } from './nic-example.ts';

const kinds = (steps: readonly Step[]) => steps.flatMap(({ actions }) => actions).map(({ kind }) => kind);
const actionsOf = <Kind extends Action['kind']>(steps: readonly Step[], kind: Kind) =>
  steps
    .flatMap(({ actions }) => actions)
    .filter((action): action is Extract<Action, { kind: Kind }> => action.kind === kind);
const noteOf = (steps: readonly Step[]) => actionsOf(steps, 'remember-nic')[0]?.record.note;
const own = '/etc/network/interfaces.d/eth1';

describe('attached', () => {
  test('what nothing describes gets DHCP by the tool of the machine, and is waited for', () => {
    const steps = planNic(attached(), flags);
    expect(kinds(steps)).toEqual(['write-file', 'write-file', 'remember-nic', 'apply-network', 'wait-for-address']);
    expect(actionsOf(steps, 'write-file').map(({ path }) => path)).toEqual(['/etc/network/interfaces', own]);
    expect(actionsOf(steps, 'write-file')[1]?.content).toContain('iface eth1 inet dhcp\n');
    expect(actionsOf(steps, 'apply-network')).toEqual([
      { kind: 'apply-network', tool: 'ifupdown', links: ['eth1'], areNew: true },
    ]);
  });

  test.each([
    ['netplan', '/etc/netplan/'],
    ['NetworkManager', '/etc/NetworkManager/system-connections/'],
    ['networkd', '/etc/systemd/network/'],
    ['wicked', '/etc/sysconfig/network/'],
    ['network-scripts', '/etc/sysconfig/network-scripts/'],
  ] as const)('by %s', (name, folder) => {
    const network = { tool: networkTool(name) ?? null, files: [] };
    const written = actionsOf(planNic(attached({ network }), flags), 'write-file');
    expect(written.map(({ path }) => path.startsWith(folder))).toEqual([true]);
  });

  test('what the payload describes gets its static address', () => {
    const source = payload({
      pna_address: '198.51.100.10',
      pbn: { pbn_network: '198.51.100.0/24', pbn_gateway: null },
    });
    const steps = planNic(attached({ source }), flags);
    expect(actionsOf(steps, 'write-file')[1]?.content).toContain('address 198.51.100.10/24');
    expect(noteOf(steps)).toBe('configured as the payload says');
  });

  test('one that has IPv6 alone gets no DHCP, and no address of IPv4 is waited for', () => {
    const source = payload({ pna_address: '2001:db8::10', pbn: { pbn_network: '2001:db8::/64', pbn_gateway: null } });
    const steps = planNic(attached({ source }), flags);
    expect(actionsOf(steps, 'write-file')[1]?.content).not.toContain('dhcp');
    expect(kinds(steps)).not.toContain('wait-for-address');
  });

  test('L21: one that the payload names without any address is left alone, and does not pass for unknown', () => {
    const steps = planNic(attached({ source: payload() }), flags);
    expect(kinds(steps)).toEqual(['remember-nic']);
    expect(noteOf(steps)).toBe('left alone: the payload gives it no network');
  });

  test('L22: CONFIG_NODHCP means the names that it says, and none that begin so', () => {
    const nodhcp = (names: string) => parseFlags(`CONFIG_NODHCP="${names}"`).flags;
    expect(noteOf(planNic(attached(), nodhcp('eth10 veth1 eth')))).toBe('DHCP, as nothing describes it');
    expect(noteOf(planNic(attached(), nodhcp('eth10 eth1')))).toBe('left alone: CONFIG_NODHCP names it');
  });

  test('without a payload and with CONFIG_DHCP_FALLBACK=0 it is left alone', () => {
    expect(kinds(planNic(attached(), parseFlags('CONFIG_DHCP_FALLBACK=0').flags))).toEqual(['remember-nic']);
  });

  test('L20: without any DHCP client the error says what to install', () => {
    const steps = planNic(attached({ dhcpClient: undefined }), flags);
    expect(kinds(steps)).toEqual(['remember-nic']);
    expect(steps[0]?.problem).toMatch(/no DHCP client: install one of dhcpcd, isc-dhcp-client and udhcpc/);
  });

  test.each(['dhcpcd', 'dhclient', 'udhcpc'] as const)('L20: without a tool it is %s that is started', (dhcpClient) => {
    const steps = planNic(attached({ dhcpClient, network: { tool: null, files: [] } }), flags);
    expect(actionsOf(steps, 'start-dhcp')).toEqual([{ kind: 'start-dhcp', link: 'eth1', client: dhcpClient }]);
  });

  test('a dhcpcd that runs for all links is left to it', () => {
    const steps = planNic(attached({ hasDhcpDaemon: true, network: { tool: null, files: [] } }), flags);
    expect(noteOf(steps)).toBe('left to dhcpcd, which runs for all links');
  });

  test("an admin's file wins and is named", async () => {
    const text = 'auto eth1\niface eth1 inet manual\n';
    const files = [await file('ifupdown', '/etc/network/interfaces.d/lan', text, false)];
    const steps = planNic(attached({ network: { tool: networkTool('ifupdown') ?? null, files } }), flags);
    expect(noteOf(steps)).toBe('left alone: /etc/network/interfaces.d/lan configures it');
    expect(kinds(steps)).toEqual(['remember-nic']);
  });

  test.each([
    ['belongs to a bridge', { nic: { ...nic(), hasMaster: true } }],
    ['has an address of somebody else', withAddress()],
    ['is found while cloud-init configures the machine', { isBootOfOthers: true, toolState: 'off' as const }],
  ])('one that %s is left alone', (_, changes) => {
    expect(noteOf(planNic(attached(changes), flags))).toMatch(/^left alone/);
  });

  test('the second look changes nothing', async () => {
    const first = actionsOf(planNic(attached(), flags), 'write-file');
    const files = await Promise.all(
      first.map(({ path, content }) => file('ifupdown', path, String(content), path === own)),
    );
    const network = { tool: networkTool('ifupdown') ?? null, files };
    const done = { ...withAddress(), network, records: [record] };
    expect(kinds(planNic(attached(done), parseFlags('CONFIG_POLICY_ROUTING=0').flags))).toEqual([]);
  });

  test('the hook is told of a NIC by its environment, once, when all else is done', async () => {
    const hook = '/etc/gandi/hooks/post-iface-attach';
    expect(kinds(planNic(attached({ hook }), flags))).not.toContain('run-hook');
    const source = payload();
    const note = 'left alone: the payload gives it no network';
    const known = { ...record, state: 'left-alone' as const, note, isAnnounced: false };
    const steps = planNic(attached({ hook, source, records: [known] }), flags);
    expect(kinds(steps)).toEqual(['remember-nic', 'run-hook']);
    expect(actionsOf(steps, 'run-hook')).toMatchObject([{ path: hook, environment: { INTERFACE: 'eth1' } }]);
    const told = actionsOf(steps, 'remember-nic').map((action) => action.record);
    expect(kinds(planNic(attached({ hook, source, records: told }), flags))).toEqual([]);
  });

  test('what is not a NIC changes nothing', () => {
    expect(planNic(attached({ nic: undefined, index: 9, name: 'veth1' }), flags)).toEqual([]);
  });
});

describe('at boot', () => {
  test('files that are right are left to the tool, which is not disturbed while it starts', async () => {
    const text = 'auto eth0\niface eth0 inet dhcp\n';
    const files = [await file('ifupdown', '/etc/network/interfaces.d/eth0.cfg', text, true)];
    const network = { tool: networkTool('ifupdown') ?? null, files };
    const facts = attached({ nic: nic('eth0', 2), name: 'eth0', index: 2, network, toolState: 'starting' });
    expect(kinds(planNic(facts, flags))).toEqual(['remember-nic']);
    expect(noteOf(planNic(facts, flags))).toBe('configured at boot');
  });
});

test('at boot the address of a second NIC is waited for, as its answers are to be routed, and is not a duty', async () => {
  const files = [await file('ifupdown', '/etc/network/interfaces.d/eth1.cfg', 'iface eth1 inet dhcp\n', true)];
  const network = { tool: networkTool('ifupdown') ?? null, files };
  const steps = planNic(attached({ network, toolState: 'starting' }), flags);
  expect(actionsOf(steps, 'wait-for-address')).toMatchObject([{ link: 'eth1', isRequired: false }]);
  expect(kinds(steps)).not.toContain('apply-network');
});

describe('detached', () => {
  const gone = { nic: undefined, links: links.slice(0, 2), records: [record] };

  test("our file goes and the tool lets go, the admin's files and other NICs' stay", async () => {
    const files = [
      await file('ifupdown', '/etc/network/interfaces', 'iface eth1 inet dhcp\n', false),
      await file('ifupdown', own, 'iface eth1 inet dhcp\n', true),
      await file('ifupdown', `${own}0`, 'iface eth10 inet dhcp\n', true),
    ];
    const steps = planNic(attached({ ...gone, network: { tool: networkTool('ifupdown') ?? null, files } }), flags);
    expect(kinds(steps)).toEqual(['release-link', 'remove-file', 'forget-nic']);
    expect(actionsOf(steps, 'remove-file')).toEqual([{ kind: 'remove-file', path: own }]);
  });

  test('netplan has one file for all, which keeps the others', async () => {
    const source = payload({ pna_address: '10.1.0.5', pvn: { pvn_network: '10.1.0.0/24', pvn_gateway: null } });
    const tool = networkTool('netplan') ?? null;
    const [both] = tool?.render({ links: [...source.model.links], nameservers: [] }) ?? [];
    const files = [await file('netplan', both?.path ?? '', both?.content ?? '', true)];
    const left = { ...source, model: { ...source.model, links: source.model.links.slice(0, 1) } };
    const steps = planNic(attached({ ...gone, source: left, network: { tool, files } }), flags);
    expect(kinds(steps)).toEqual(['write-file', 'apply-network', 'forget-nic']);
    expect(actionsOf(steps, 'write-file')[0]?.content).toContain('192.0.2.10/24');
    expect(actionsOf(steps, 'write-file')[0]?.content).not.toContain('10.1.0.5');
    const alone = planNic(attached({ ...gone, network: { tool, files } }), flags);
    expect(kinds(alone)).toEqual(['remove-file', 'apply-network', 'forget-nic']);
  });

  test.each(networkTools.map(({ name }) => name))('%s: every line of the timeline says what is done', async (name) => {
    const tool = networkTool(name) ?? null;
    const { links: described } = payload({ pna_address: '10.1.0.5', pvn: { pvn_network: '10.1.0.0/24' } }).model;
    const rendered = tool?.render({ links: described, nameservers: [] }) ?? [];
    const files = await Promise.all(rendered.map(({ path, content }) => file(name, path, content, true)));
    const steps = planNic(attached({ ...gone, network: { tool, files } }), flags);
    const lines = steps.flatMap(({ actions }) => actions).map((action) => describeAction(action, networkKinds));
    expect(lines.join('\n')).toContain('remove ');
    for (const line of lines) expect(line).toMatch(/\S$/);
  });

  test('the rules of its routing table go', () => {
    const ip = { ...attached().ip, sourcesByTable: new Map([[86_003, ['198.51.100.10']]]) };
    const steps = planNic(attached({ ...gone, ip }), flags);
    expect(actionsOf(steps, 'forget-routing')).toEqual([{ kind: 'forget-routing', table: 86_003 }]);
  });

  test('where another NIC has the name by now, its file stays', async () => {
    const files = [await file('ifupdown', own, 'iface eth1 inet dhcp\n', true)];
    const again = [...links.slice(0, 2), { ...links[2], index: 4 }] as typeof links;
    const network = { tool: networkTool('ifupdown') ?? null, files };
    expect(kinds(planNic(attached({ ...gone, links: again, network }), flags))).toEqual(['forget-nic']);
  });

  test('L23: a DHCP client is found by the record of its tool: no process is looked for by its name', () => {
    const tools = globSync('src/**/*.ts').filter((path) =>
      /'(pkill|killall|kill|pidof|pgrep)'/.test(readFileSync(path, 'utf8')),
    );
    expect(tools).toEqual([]);
  });
});

describe('routes', () => {
  const told = { records: [record], source: nowhere };
  const route = (device: string, gateway: string | null, metric = 0) => ({ device, gateway, metric });
  const withRoutes = (...defaultRoutes: readonly ReturnType<typeof route>[]) =>
    attached({ ...told, ip: { ...attached().ip, defaultRoutes } });

  test('L2: a default route by a VPN survives: nothing is done to any link but the one of the event', () => {
    const steps = planNic(
      withRoutes(route('wg0', null), route('eth0', '192.0.2.254'), route('eth1', '198.51.100.254', 9)),
      flags,
    );
    expect(kinds(steps)).not.toContain('demote-default-route');
    const only = planNic(withRoutes(route('wg0', null)), flags);
    expect(kinds(only)).not.toContain('demote-default-route');
    const behind = planNic(withRoutes(route('eth1', '198.51.100.254'), route('wg0', null, 5)), flags);
    expect(kinds(behind)).not.toContain('demote-default-route');
  });

  test('one by the new NIC goes behind that of the first NIC', () => {
    const steps = planNic(withRoutes(route('eth1', '198.51.100.254'), route('eth0', '192.0.2.254', 100)), flags);
    const demoted = { kind: 'demote-default-route', link: 'eth1', gateway: '198.51.100.254', from: 0, to: 101 };
    expect(actionsOf(steps, 'demote-default-route')).toEqual([demoted]);
  });

  test('the only one of the machine stays, whichever NIC it is by', () => {
    expect(kinds(planNic(withRoutes(route('eth1', '198.51.100.254')), flags))).not.toContain('demote-default-route');
  });

  test('answers leave by the NIC, once for each address, unless the flag says no', () => {
    const facts = attached({
      ...told,
      ...withAddress(),
      source: { ...nowhere, gateways: new Map([['eth1', '198.51.100.254']]) },
    });
    const routing = {
      kind: 'route-by-source',
      link: 'eth1',
      table: 86_003,
      sources: [{ address: '198.51.100.10', network: '198.51.100.0/24' }],
      gateway: '198.51.100.254',
    };
    expect(actionsOf(planNic(facts, flags), 'route-by-source')).toEqual([routing]);
    expect(kinds(planNic(facts, parseFlags('CONFIG_POLICY_ROUTING=0').flags))).not.toContain('route-by-source');
    const done = { ...facts, ip: { ...facts.ip, sourcesByTable: new Map([[86_003, ['198.51.100.10']]]) } };
    expect(kinds(planNic(done, flags))).not.toContain('route-by-source');
  });

  test('ARP settings are those of every NIC but the first', () => {
    const settings = { arp_announce: '0', arp_filter: '0', rp_filter: '2' };
    const second = planNic(attached({ ...told, nic: { ...nic(), settings } }), flags);
    const wanted = { arp_announce: '2', rp_filter: '0' };
    expect(actionsOf(second, 'set-link-settings')).toEqual([
      { kind: 'set-link-settings', link: 'eth1', settings: wanted },
    ]);
    const first = attached({ nic: { ...nic('eth0', 2), settings }, name: 'eth0', index: 2 });
    expect(kinds(planNic(first, parseFlags('CONFIG_NODHCP=none').flags))).not.toContain('set-link-settings');
  });
});

test.each([
  [1, 4, 1, undefined],
  [4, 4, 1, 4],
  [16, 16, 1, 8],
  [4, 2, 1, 2],
  [2, 4, 4, undefined],
  [2, null, 1, undefined],
])('with %i CPUs, a NIC of %s pairs of queues that uses %i gets %s', (cpus, maximum, current, queues) => {
  const steps = planNic(attached({ cpus, nic: { ...nic(), queues: { current, maximum } } }), flags);
  expect(actionsOf(steps, 'set-queues').map((action) => action.queues)[0]).toBe(queues);
  const off = parseFlags('CONFIG_MULTIQUEUE=0').flags;
  expect(kinds(planNic(attached({ cpus, nic: { ...nic(), queues: { current, maximum } } }), off))).not.toContain(
    'set-queues',
  );
});

function withAddress() {
  return { ip: { ...attached().ip, addresses: [{ address: '198.51.100.10', prefixLength: 24 }] } };
}
