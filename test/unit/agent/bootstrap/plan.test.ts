import { expect, test } from 'vitest';
import type { Step } from '../../../../src/agent/actions.ts';
import { type ArrivedPayload, type BootstrapFacts, planBootstrap } from '../../../../src/agent/bootstrap/plan.ts';
import { observeSwapPart, planSwapPart } from '../../../../src/agent/bootstrap/swap-disk.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { networkTool } from '../../../../src/agent/network-config/network-tools.ts';
import type { AppliedRecord } from '../../../../src/agent/swap-disk/applied-record.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { files } from './first-boot-example.ts';
import { location, payload, swapDiskFacts } from './swap-disk-example.ts';

const flags = parseFlags('').flags;
const ifupdown = networkTool('ifupdown') ?? null;

type SomeFacts = Partial<ArrivedPayload> & Partial<Pick<BootstrapFacts, 'swapDisk'>>;

function facts(changes: SomeFacts = {}): BootstrapFacts {
  const arrived = {
    swapDisk: swapDiskFacts({ payloadArea: 'archive' }),
    payload,
    modules: undefined,
    files,
  };
  return { ...arrived, ...changes };
}

function without(swapDisk: BootstrapFacts['swapDisk']): BootstrapFacts {
  return { swapDisk, payload: undefined };
}

const applied = (changes: Partial<AppliedRecord>): AppliedRecord => ({
  version: 1,
  payload: location,
  consumed: true,
  appliedAt: '2026-01-01T00:00:00Z',
  ...changes,
});

const namesOf = (steps: readonly Step[]) => steps.filter((step) => step.actions.length > 0).map((step) => step.name);
const kindsOf = (steps: readonly Step[]) => steps.flatMap((step) => step.actions).map((action) => action.kind);

test('D3, D4, D5: apply, commit, wipe, format, in this order, each only after all before it', () => {
  const { steps } = planBootstrap(facts(), flags);
  expect(namesOf(steps)).toEqual([
    'stored configuration',
    'host name',
    'hosts',
    'root password',
    "root's ssh keys",
    'resolver',
    'network',
    'disk assignments',
    'commit',
    'swap disk',
  ]);
  expect(steps.filter((step) => step.needsAllBefore).map((step) => step.name)).toEqual(['commit', 'swap disk']);
  expect(steps.at(-1)?.actions.map(({ kind }) => kind)).toEqual([
    'wipe-payload',
    'make-swap',
    'commit-payload',
    'enable-swap',
  ]);
});

test('a boot without a payload looks at nothing that one would be applied to', async () => {
  const { system } = await machineTree({ '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n' });
  const seen = await observeSwapPart({ ...system, root: '/' }, flags);
  expect(Object.keys(seen)).toEqual(['swapDisk', 'payload']);
  expect(planSwapPart(seen, flags)).toEqual({ steps: [], notes: [] });
});

test('a payload whose record is written is never applied again: only its end is made', () => {
  const swapDisk = swapDiskFacts({ payloadArea: 'known', record: applied({ consumed: false }) });
  expect(namesOf(planBootstrap(facts({ swapDisk }), flags).steps)).toEqual(['swap disk']);
});

test('the very same payload, written again after a stop of the machine, is not applied again and consumed again', () => {
  const swapDisk = swapDiskFacts({ payloadArea: 'known', record: applied({ consumed: true }) });
  const { steps } = planBootstrap(facts({ swapDisk }), flags);
  expect(namesOf(steps)).toEqual(['commit', 'swap disk']);
  expect(steps[0]?.actions).toMatchObject([{ kind: 'commit-payload', consumed: false }]);
});

test.each(['wiping', 'zero'] as const)(
  'power failed after the record, area %s: wipe and format go on',
  (payloadArea) => {
    const swapDisk = swapDiskFacts({ payloadArea, record: applied({ consumed: false }) });
    const { steps } = planBootstrap(without(swapDisk), flags);
    expect(kindsOf(steps)).toEqual(['wipe-payload', 'make-swap', 'commit-payload', 'enable-swap']);
  },
);

test('a disk that took the name of the one in the record is not wiped on its word', () => {
  const other = applied({ consumed: false, payload: { ...location, serial: 'something-else' } });
  const swapDisk = swapDiskFacts({ record: other, zeros: 'not-all' as never });
  expect(kindsOf(planBootstrap(without(swapDisk), flags).steps)).toEqual([]);
});

test('no payload, and swap on the disk: it is only enabled', () => {
  const swap = [{ offset: 4086, type: 'swap' }];
  const swapDisk = swapDiskFacts({ diskSignatures: swap, swapDeviceSignatures: swap, record: applied({}) });
  expect(kindsOf(planBootstrap(without(swapDisk), flags).steps)).toEqual(['enable-swap']);
});

test('no payload, and swap in use: nothing to do', () => {
  const swapDisk = swapDiskFacts({ swaps: [{ path: '/dev/vdb', type: 'partition', sizeBytes: 1 }] });
  expect(planBootstrap(without(swapDisk), flags)).toEqual({ steps: [], notes: [] });
});

test('no payload, and something else on the disk: left alone, and said', () => {
  const ext4 = [{ offset: 1080, type: 'ext4' }];
  const swapDisk = swapDiskFacts({ diskSignatures: ext4, swapDeviceSignatures: ext4, payloadArea: 'other' });
  const { steps, notes } = planBootstrap(without(swapDisk), flags);
  expect(steps).toEqual([]);
  expect(notes).toEqual([expect.stringContaining('/dev/vdb is left alone')]);
});

test('D1, D6: without a designated disk nothing is read, applied or formatted', () => {
  const swapDisk = swapDiskFacts({ designation: { kind: 'none' } });
  expect(planBootstrap(without(swapDisk), flags)).toEqual({ steps: [], notes: [] });
});

test('S6: with swap switched off the payload is wiped all the same', () => {
  const { steps } = planBootstrap(facts(), parseFlags('CONFIG_SWAP=0').flags);
  expect(steps.at(-1)?.actions.map(({ kind }) => kind)).toEqual(['wipe-payload', 'commit-payload']);
});

test.each([
  ['CONFIG_HOSTNAME', 'host name'],
  ['CONFIG_HOSTS', 'hosts'],
  ['CONFIG_PASSWORD', 'root password'],
  ['CONFIG_SSH_KEYS', "root's ssh keys"],
  ['CONFIG_NAMESERVER', 'resolver'],
  ['CONFIG_NETWORK', 'network'],
  ['CONFIG_ASSIGN_DISKS', 'disk assignments'],
])('%s=0 leaves out: %s', (flag, step) => {
  const all = namesOf(planBootstrap(facts(), flags).steps);
  const without = namesOf(planBootstrap(facts(), parseFlags(`${flag}=0`).flags).steps);
  expect(without).toEqual(all.filter((name) => name !== step));
});

test.each([
  ['nothing stored and no record: a first boot', undefined, false],
  ['this very configuration stored and no record: a first boot that was cut off', payload.configText, false],
  ['another configuration stored and no record: one of the old agent', '{}', true],
])('%s', (_, storedConfig, keeps) => {
  const { steps } = planBootstrap(facts({ files: { ...files, storedConfig } }), flags);
  const hostname = steps.find(({ name }) => name === 'host name')?.actions[0];
  expect(hostname).toMatchObject({ kind: 'write-file', path: '/etc/hostname' });
  expect(hostname?.kind === 'write-file' && hostname.keepOld === true).toBe(keeps);
});

test('a NIC that the admin configures is left alone, and said', () => {
  const path = '/etc/network/interfaces';
  const text = 'source /etc/network/interfaces.d/*\niface eth0 inet dhcp\n';
  const main = { path, text, isOurs: false, links: [{ name: 'eth0', macAddress: null }] };
  const configured = { ...files, network: { tool: ifupdown, files: [main] } };
  const { steps, notes } = planBootstrap(facts({ files: configured }), flags);
  expect(namesOf(steps)).not.toContain('network');
  expect(notes).toEqual(['eth0: /etc/network/interfaces configures it and wins']);
});

test('the drop-in of systemd-resolved is written once', () => {
  const resolverStep = (text: string | undefined) => {
    const resolved = { ...files, resolver: { owner: 'systemd-resolved', text } as const };
    return planBootstrap(facts({ files: resolved }), flags).steps.find((step) => step.name === 'resolver')?.actions;
  };
  const [, write] = resolverStep(undefined) ?? [];
  expect(write).toMatchObject({ kind: 'write-file', path: '/etc/systemd/resolved.conf.d/gandi.conf' });
  expect(resolverStep(write?.kind === 'write-file' ? String(write.content) : '')).toEqual([]);
});

test("a later payload keeps what it replaces; the first one replaces the image's files only", () => {
  const kept = (record: AppliedRecord | undefined) =>
    planBootstrap(facts({ swapDisk: swapDiskFacts({ payloadArea: 'archive', record }) }), flags)
      .steps.flatMap((step) => step.actions)
      .filter((action) => action.kind === 'write-file' && action.keepOld)
      .map((action) => action.kind === 'write-file' && action.path);
  const earlier = applied({ payload: { ...location, digest: 'b'.repeat(64) } });
  expect(kept(undefined)).toEqual([]);
  expect(kept(earlier)).toContain('/etc/hosts');
  expect(kept(earlier)).not.toContain('/gandi/config');
});

test('no secret is in the printed plan', () => {
  const withSecret = { ...payload, configText: '{"vm_conf":{"password":"$6$canary"}}' };
  const { steps } = planBootstrap(facts({ payload: withSecret }), flags);
  expect(JSON.stringify(steps)).not.toMatch(/canary|saltsalt/);
});
