import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskState } from '../../../../src/agent/disk/disk-state.ts';
import type { DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import type { UdevRules } from '../../../../src/agent/facts/udev-rules.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, mountAt, record } from './disk-example.ts';

const rules = (line: string): UdevRules => ({
  path: '/lib/udev/rules.d/86-gandi.rules',
  text: line,
  target: undefined,
});
const shipped = readFileSync('rules/86-gandi.rules', 'utf8');
const handing = rules(shipped);

function stateOf(changes: Partial<DiskFacts>, flagLines = '', ruleFile: UdevRules | undefined = handing) {
  return diskState(diskFacts(changes), parseFlags(flagLines).flags, ruleFile);
}

const mounted = { records: [record], mounts: [mountAt('/srv/data')] };
const autofs = { ...mountAt('/srv', '0:40', '/etc/auto.gandi'), fileSystem: 'autofs' };

test.each([
  ['mounted by the agent', mounted, { kind: 'mounted', mountPoint: '/srv/data', isOurs: true }],
  ['mounted by somebody else', { mounts: [mountAt('/mnt')] }, { kind: 'mounted', mountPoint: '/mnt', isOurs: false }],
  [
    'mounted, and autofs was switched on over it',
    { records: [record], mounts: [mountAt('/srv/data'), autofs] },
    { kind: 'hidden', mountPoint: '/srv/data', under: '/srv' },
  ],
  [
    'mounted by autofs, whose own mount came first',
    { records: [{ ...record, onDemand: true }], mounts: [autofs, mountAt('/srv/data')], automount: 'ours' as const },
    { kind: 'mounted', mountPoint: '/srv/data', isOurs: true },
  ],
  [
    'unmounted by hand, whatever its record says',
    { records: [record] },
    { kind: 'unmounted', mountPoint: '/srv/data' },
  ],
  [
    'left to autofs',
    { records: [{ ...record, onDemand: true }], automount: 'ours' as const },
    { kind: 'on-demand', mountPoint: '/srv/data' },
  ],
  [
    'left to autofs, which was switched off since',
    { records: [{ ...record, onDemand: true }] },
    { kind: 'not-served', mountPoint: '/srv/data' },
  ],
  ['detached', { records: [{ ...record, isDetached: true, mountPoint: null }] }, { kind: 'detached' }],
  ['cut off before it was mounted', { records: [{ ...record, isBeingMounted: true }] }, { kind: 'ready' }],
  ['gone', { attached: undefined }, { kind: 'gone' }],
  ['swap in use', { attached: { ...attached, isSwap: true, isSystemDisk: true } }, { kind: 'swap' }],
  [
    'the system disk, though no rule marks it',
    { attached: { ...attached, isSystemDisk: true, isDataDisk: false } },
    { kind: 'left-alone', code: 'system-disk' },
  ],
  [
    'marked by no rule',
    { attached: { ...attached, isDataDisk: false } },
    { kind: 'left-alone', code: 'not-a-data-disk' },
  ],
  ['blank', { attached: { ...attached, fileSystem: undefined } }, { kind: 'left-alone', code: 'blank' }],
  ['not mounted yet', {}, { kind: 'ready', mountPoint: '/srv/data' }],
])('%s', (_, facts, expected) => {
  expect(stateOf(facts)).toMatchObject(expected);
});

const refusedBefore = { ...record, mountPoint: null, note: 'left alone: CONFIG_ALLOW_MOUNT=0' };

test('a flag that is off says so before any event, and one that is on again is not held against the disk', () => {
  expect(stateOf({}, 'CONFIG_ALLOW_MOUNT=0')).toMatchObject({ kind: 'left-alone', code: 'mounting-is-off' });
  expect(stateOf({ records: [refusedBefore] })).toMatchObject({ kind: 'ready' });
});

test('a rule that is commented out says that no event will come; with the line the disk is ready', () => {
  const off = rules(shipped.replace(/^(?=ENV.*spool-event disk")/m, '#'));
  expect(stateOf({}, '', off)).toMatchObject({ kind: 'not-handed-over', rules: off.path });
  expect(stateOf({}, '', handing)).toMatchObject({ kind: 'ready' });
  expect(diskState(diskFacts(), parseFlags('').flags, undefined)).toMatchObject({ kind: 'ready' });
});
