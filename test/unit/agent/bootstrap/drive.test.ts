import { describe, expect, test } from 'vitest';
import { loop } from '../../../../src/agent/action/loop.ts';
import { converge } from '../../../../src/agent/action/converge.ts';
import { kinds } from '../../../../src/agent/bootstrap/actions.ts';
import { type FoundDrive, observeDrive } from '../../../../src/agent/bootstrap/observe-drive.ts';
import { planAttachedDrive, planDrive } from '../../../../src/agent/bootstrap/plan-drive.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { type DriveRecord, readDriveRecord } from '../../../../src/agent/sources/drive-record.ts';
import { planDriveEvent } from '../../../../src/agent/hotplug/config-drive.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { treeOf } from '../simple-init/noop-files.ts';
import { driveFacts, openstackDrive } from './drive-example.ts';

const nics = { eth0: 'fa:16:3e:00:00:01', eth1: 'fa:16:3e:00:00:02' };
const wants = '/etc/systemd/system/multi-user.target.wants';
const ifupdown = { '/usr/sbin/ifup': '', [`${wants}/networking.service`]: '' };
const networkd = { '/usr/lib/systemd/systemd-networkd': '', [`${wants}/systemd-networkd.service`]: '' };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me';
const metadata = { name: 'web1', public_keys: { mine: key } };
const appliedRecord = {
  version: 1,
  payload: { disk: 'vdb', diskSequence: 1, serial: null, offset: 0, length: 1, digest: '0'.repeat(64) },
  consumed: true,
  appliedAt: '2026-01-01T00:00:00Z',
};
const network = {
  links: [{ id: 'l0', type: 'phy', ethernet_mac_address: nics.eth0 }],
  networks: [{ id: 'n0', link: 'l0', type: 'ipv4', ip_address: '192.0.2.10', netmask: '255.255.255.0' }],
};

async function planned(there: Record<string, string>, flags = '', changes: Partial<FoundDrive> = {}) {
  const { system } = await machineTree(treeOf({ files: {}, nics, there }));
  return planDrive(await driveFacts(system, changes.drive, changes), parseFlags(flags).flags);
}

function pathsOf({ steps }: Awaited<ReturnType<typeof planned>>): string[] {
  return steps
    .flatMap(({ actions }) => actions)
    .flatMap((action) => (action.kind === 'change-network' ? action.files.map(({ path }) => path) : []));
}

describe('NICs that nothing describes', () => {
  test('get DHCP without payload and drive', async () => {
    expect(pathsOf(await planned(ifupdown))).toEqual([
      '/etc/network/interfaces',
      '/etc/network/interfaces.d/eth0',
      '/etc/network/interfaces.d/eth1',
    ]);
  });

  test.each([
    ['the flag says so', ifupdown, 'CONFIG_DHCP_FALLBACK=0', {}],
    ['the network is not ours to configure', ifupdown, 'CONFIG_NETWORK=0', {}],
    ['nothing reads what we could write', {}, '', {}],
  ])('get none where %s', async (_, there, flags, changes) => {
    expect(pathsOf(await planned(there, flags, changes))).toEqual([]);
  });

  test('where netplan is in charge, get DHCP by netplan, and those of its files do not', async () => {
    const netplan = {
      '/usr/sbin/netplan': '',
      '/etc/netplan/50-cloud-init.yaml': 'network: {version: 2, ethernets: {eth0: {dhcp4: true}}}\n',
    };
    const plan = await planned(netplan);
    expect(pathsOf(plan)).toEqual(['/etc/netplan/90-gandi.yaml']);
    expect(JSON.stringify(plan.steps)).toContain('eth1');
    expect(JSON.stringify(plan.steps)).not.toContain('    eth0:');
  });

  test.each([
    ['a file of another name', { '/etc/network/interfaces.d/50-cloud-init': 'auto eth1\niface eth1 inet dhcp\n' }],
    ['the main file', { '/etc/network/interfaces': 'source interfaces.d/*\niface eth1 inet dhcp\n' }],
  ])('are left alone where %s of ifupdown describes them', async (_, there) => {
    const paths = pathsOf(await planned({ ...ifupdown, ...there }));
    expect(paths.filter((path) => path.endsWith('/eth0') || path.endsWith('/eth1'))).toEqual([
      '/etc/network/interfaces.d/eth0',
    ]);
  });

  test.each([
    ['by name', '[Match]\nName=eth1\n\n[Network]\nDHCP=yes\n'],
    ['by a pattern', '[Match]\nName=en* eth[1-9]\n'],
    ['by address', '[Match]\nMACAddress=fa:16:3e:00:00:02\n'],
  ])('are left alone where a file of networkd matches them %s', async (_, text) => {
    const paths = pathsOf(await planned({ ...networkd, '/etc/systemd/network/10-lan.network': text }));
    expect(paths).toEqual(['/etc/systemd/network/10-gandi-eth0.network']);
  });

  test('are looked after beside a drive that was applied, whose links are left as they are', async () => {
    const drive = await openstackDrive({ 'network_data.json': network });
    const record: DriveRecord = { source: 'config-drive', digest: drive.digest, texts: drive.texts };
    const paths = pathsOf(await planned(ifupdown, '', { drive, record }));
    expect(paths).toContain('/etc/network/interfaces.d/eth1');
    expect(paths).not.toContain('/etc/network/interfaces.d/eth0');
  });

  test('are not looked after when a drive is attached to the running machine', async () => {
    const { system } = await machineTree(treeOf({ files: {}, nics, there: ifupdown }));
    expect(planAttachedDrive(await driveFacts(system), parseFlags('').flags).steps).toEqual([]);
  });
});

describe('a drive that is attached to the running machine, where our unit closes doors', () => {
  const attached = async (texts: Record<string, string>) => {
    const { system } = await machineTree(
      treeOf({ files: {}, nics: { eth0: nics.eth0 }, there: { ...ifupdown, ...texts } }),
    );
    const found = await openstackDrive({ 'meta_data.json': metadata });
    return driveFacts(system, found, { record: await readDriveRecord(system) });
  };

  test('is applied by the unit of first boot', async () => {
    const plan = planDriveEvent({ drive: await attached({}), isBound: true }, parseFlags('').flags);
    expect(plan.steps.map(({ actions }) => actions)).toEqual([[{ kind: 'restart-stage', stage: 'bootstrap' }]]);
  });

  test('is applied at once where it closes none', async () => {
    const drive = await attached({});
    const { flags } = parseFlags('');
    expect(planDriveEvent({ drive, isBound: false }, flags)).toEqual(planAttachedDrive(drive, flags));
  });

  test('restarts nothing where it was applied already', async () => {
    const drive = await attached({});
    const record: DriveRecord | undefined = drive.drive && { ...drive.drive, source: 'config-drive' };
    const plan = planDriveEvent({ drive: { ...drive, record }, isBound: true }, parseFlags('').flags);
    expect(plan.steps).toEqual([]);
  });
});

describe('a drive', () => {
  const drive = () => openstackDrive({ 'meta_data.json': metadata, 'network_data.json': network });

  async function applied(there: Record<string, string>, flags = '') {
    const { system } = await machineTree(treeOf({ files: {}, nics: { eth0: nics.eth0 }, there }));
    const found = await drive();
    const outcomes = await converge(
      loop({
        observe: async () => driveFacts(system, found, { record: await readDriveRecord(system) }),
        plan: (facts) => planDrive(facts, parseFlags(flags).flags),
        kinds,
      }),
      system,
    );
    return { system, outcomes, found };
  }

  test('is applied as a payload is: name, hosts, network; and recorded', async () => {
    const { system, outcomes, found } = await applied(
      { ...ifupdown, '/etc/hosts': '127.0.0.1 localhost\n' },
      'CONFIG_SSH_KEYS=0',
    );
    expect(outcomes.map(({ failure }) => failure)).toEqual(outcomes.map(() => null));
    expect(await system.files.read('/etc/hostname')).toBe('web1\n');
    expect(await system.files.read('/etc/hosts')).toContain('192.0.2.10 web1');
    expect(await system.files.read('/etc/network/interfaces.d/eth0')).toContain('address 192.0.2.10/24');
    expect((await readDriveRecord(system))?.digest).toBe(found.digest);
  });

  test('gives its keys to root', async () => {
    const found = await drive();
    const { system } = await machineTree(treeOf({ files: {}, nics, there: ifupdown }));
    const { steps } = planDrive(await driveFacts(system, found), parseFlags('').flags);
    expect(steps.flatMap(({ actions }) => actions)).toContainEqual({
      kind: 'authorize-keys',
      user: 'root',
      keys: [key],
    });
  });

  test('that no network tool can draw is told, and is not recorded, so that the next boot tries again', async () => {
    const plan = await planned({}, '', { drive: await drive() });
    expect(plan.steps.map(({ name }) => name)).not.toContain('commit');
    expect(plan.mistakes).toMatchObject([{ code: 'network.no-tool' }]);
    expect(plan.steps.find(({ name }) => name === 'host name')?.actions.length).toBeGreaterThan(0);
  });

  test('behind a payload is not looked at: no boot of such a machine reads what a drive would be applied to', async () => {
    const { system } = await machineTree({
      ...treeOf({ files: {}, nics, there: ifupdown }),
      '/var/lib/gandi/applied.json': JSON.stringify(appliedRecord),
    });
    const facts = await observeDrive(system, parseFlags('').flags);
    expect(facts).toEqual({ hasPayload: true, notes: [], device: undefined });
    expect(planDrive(facts, parseFlags('').flags).steps).toEqual([]);
  });

  test('is not read where a payload comes before it, which is said', async () => {
    const facts = { hasPayload: true, notes: [], device: '/dev/sr0' } as const;
    const { steps, notes = [] } = planDrive(facts, parseFlags('').flags);
    expect(steps).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('/dev/sr0')]);
  });

  test('a script that an earlier drive brought is not run for the next one, a script of the image is', async () => {
    const drive = await openstackDrive({ 'meta_data.json': metadata });
    const earlier = await openstackDrive({ user_data: '#!/bin/sh\necho hello\n' });
    const record: DriveRecord = { source: 'config-drive', digest: earlier.digest, texts: earlier.texts };
    const there = { ...ifupdown, '/gandi/script': '#!/bin/sh\necho hello\n' };
    const removal = { kind: 'remove-file', path: '/gandi/script' };
    const actionsOf = async (changes: Partial<FoundDrive>) =>
      (await planned(there, '', changes)).steps.flatMap((step) => step.actions);
    expect(await actionsOf({ drive, record })).toContainEqual(removal);
    expect(await actionsOf({ drive })).not.toContainEqual(removal);
  });

  test('a script in user_data is run after boot, anything else there is named', async () => {
    const script = await openstackDrive({ user_data: '#!/bin/sh\necho hello\n' });
    const actions = (await planned(ifupdown, '', { drive: script })).steps.flatMap((step) => step.actions);
    expect(actions).toContainEqual(expect.objectContaining({ kind: 'write-file', path: '/gandi/script', mode: 0o700 }));
    const other = await openstackDrive({ user_data: '#cloud-config\npackages: [vim]\n' });
    expect((await planned(ifupdown, '', { drive: other })).notes).toContainEqual(expect.stringContaining('user_data'));
  });
});
