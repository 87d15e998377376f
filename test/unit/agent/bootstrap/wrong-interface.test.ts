import { expect, test } from 'vitest';
import type { Step } from '../../../../src/agent/actions.ts';
import { planPending } from '../../../../src/agent/bootstrap/pending-payload.ts';
import { planBootstrap } from '../../../../src/agent/bootstrap/plan.ts';
import { observeStored, planStored } from '../../../../src/agent/bootstrap/stored-configuration.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import { driveRecordPath, renderDriveRecord } from '../../../../src/agent/sources/drive-record.ts';
import { digestOfTexts } from '../../../../src/agent/sources/drive-source.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { placedNic } from '../network/nic-example.ts';
import { driveOf } from './drive-example.ts';
import { files } from './first-boot-example.ts';
import { payload, swapDiskFacts } from './swap-disk-example.ts';

const right = { vif_number: 1, pna: [{ pna_address: '10.0.0.5', pvn: { pvn_network: '10.0.0.0/24' } }] };
const wrong = { vif_number: 0, pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0' } }] };
const configText = JSON.stringify({ vif: [wrong, right] });
const onMachine = { ...files, nics: [placedNic('eth0', 2), placedNic('eth1', 3)] };

const wants = '/etc/systemd/system/multi-user.target.wants';
const tree = { '/usr/sbin/ifup': '', [`${wants}/networking.service`]: '', '/etc/os-release': 'ID=debian\n' };

type Flags = ReturnType<typeof parseFlags>['flags'];

function stored(text: string) {
  return { ...parseGandiConfig(text), source: 'swap-payload', subject: '', isApplied: true } as const;
}

const roads: Readonly<Record<string, (text: string, flags: Flags) => Promise<readonly Step[]>>> = {
  'at boot': async (text, flags) => {
    const arrived = { ...payload, ...parseGandiConfig(text), configText: text };
    const swapDisk = swapDiskFacts({ payloadArea: 'archive' });
    return planBootstrap({ swapDisk, payload: arrived, modules: undefined, files: onMachine }, flags).steps;
  },
  'with --again': async (text, flags) => planStored({ stored: stored(text), files: onMachine }, flags, true).steps,
  'with --root': async (text, flags) => {
    const { system } = await machineTree({ ...tree, '/gandi/config': text });
    return planStored(await observeStored(system, flags), flags, false).steps;
  },
  'from the image': async (text, flags) =>
    planPending({ stored: stored(text), files: onMachine }, flags, { digest: 'a'.repeat(64), length: 1 }).steps,
};

async function filesOn(road: string, flags = '', text = configText): Promise<Map<string, string | null>> {
  const steps = (await roads[road]?.(text, parseFlags(flags).flags)) ?? [];
  const changes = steps.flatMap(({ actions }) =>
    actions.flatMap((each) => (each.kind === 'change-network' ? [each] : [])),
  );
  return new Map(changes.flatMap((change) => change.files.map(({ path, content }) => [path, content] as const)));
}

const fileOf = (link: string) => `/etc/network/interfaces.d/${link}`;

test.each(Object.keys(roads))('an interface whose description is wrong gets DHCP %s', async (road) => {
  const written = await filesOn(road);
  expect(written.get(fileOf('eth0'))).toContain('iface eth0 inet dhcp');
  expect(written.get(fileOf('eth1'))).toContain('address 10.0.0.5/24');
});

test.each(Object.keys(roads))('and no file where the flag says so, %s', async (road) => {
  const written = await filesOn(road, 'CONFIG_DHCP_FALLBACK=0');
  expect(written.has(fileOf('eth0'))).toBe(false);
  expect(written.get(fileOf('eth1'))).toContain('address 10.0.0.5/24');
});

test.each([
  [
    [{ vif_number: 'x' }, right],
    ['eth0', 'eth1'],
  ],
  [[{ ...right }, { ...right }], ['eth1']],
  [
    [right, { vif_number: 2, pna: 7 }],
    ['eth1', 'eth2'],
  ],
])('in a tree, the interfaces are those that the payload names, also by their place: %j', async (vif, links) => {
  const written = await filesOn('with --root', '', JSON.stringify({ vif }));
  expect([...written.keys()].filter((path) => path.startsWith(fileOf(''))).sort()).toEqual(links.map(fileOf));
});

test('a stored drive does with --again what it does at boot for NICs that it does not describe', async () => {
  const config = { version: 2, ethernets: { eth1: { addresses: ['10.0.0.5/24'] } } };
  const { parsed } = await driveOf('nocloud', { 'network-config': config });
  const facts = {
    stored: { ...parsed, source: 'nocloud', subject: 'nocloud', isApplied: true } as const,
    files: onMachine,
  };
  const text = JSON.stringify(planStored(facts, parseFlags('').flags, true).steps);
  expect(text).toContain('iface eth0 inet dhcp');
});

/** What `bootstrap --root` writes in a tree that keeps a NoCloud drive with this network-config. */
async function filesOfTree(networkConfig: object): Promise<Map<string, string | null>> {
  const texts = new Map([['network-config', JSON.stringify(networkConfig)]]);
  const record = renderDriveRecord({ source: 'nocloud', digest: digestOfTexts(texts), texts }).reveal();
  const { system } = await machineTree({ ...tree, [driveRecordPath]: record });
  const { flags } = parseFlags('');
  const { steps } = planStored(await observeStored(system, flags), flags, false);
  const changes = steps.flatMap(({ actions }) =>
    actions.flatMap((each) => (each.kind === 'change-network' ? each.files : [])),
  );
  return new Map(changes.map(({ path, content }) => [path, content]));
}

const wrongAddress = ['192.0.2.10'];
const rightSubnet = { type: 'static', address: '10.0.0.5/24' };

test.each([
  [{ version: 2, ethernets: { eth0: { addresses: wrongAddress }, eth1: { addresses: ['10.0.0.5/24'] } } }],
  [
    {
      version: 2,
      ethernets: { a: { match: { name: 'eth0' }, mtu: 9, routes: 7 }, eth1: { addresses: ['10.0.0.5/24'] } },
    },
  ],
  [
    {
      version: 1,
      config: [
        { type: 'physical', name: 'eth0', subnets: [{ type: 'static', address: '192.0.2.10' }] },
        { type: 'physical', name: 'eth1', subnets: [rightSubnet] },
      ],
    },
  ],
])('an interface that a drive describes wrongly gets DHCP in a tree too: %j', async (config) => {
  const written = await filesOfTree(config);
  expect(written.get(fileOf('eth0'))).toContain('iface eth0 inet dhcp');
  expect(written.get(fileOf('eth1'))).toContain('address 10.0.0.5/24');
});

test('what cannot be the name of a device is in no path of a tree', async () => {
  const ethernets = {
    '../../cron.d/x': { dhcp4: true },
    '../../cron.d/y': { addresses: wrongAddress },
    eth1: { dhcp4: true },
  };
  const written = await filesOfTree({ version: 2, ethernets });
  expect([...written.keys()].filter((path) => path.includes('cron'))).toEqual([]);
  expect(written.has(fileOf('eth1'))).toBe(true);
});
