import { expect, test } from 'vitest';
import { noAssignmentFacts } from '../../../../src/agent/disk/assignment-facts.ts';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import type { AttachedDisk, DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { luksContainer, physicalVolume } from '../stack/member-example.ts';
import { array, container, stack, volume } from '../stack/stack-example.ts';
import { attached, device, diskFacts, mountAt, record } from './disk-example.ts';

const flags = parseFlags('CONFIG_LAYERS="luks lvm md"').flags;

const kindsOf = (facts: DiskFacts, text?: string) =>
  planDisk(facts, text === undefined ? flags : parseFlags(text).flags).flatMap(({ actions }) =>
    actions.map(({ kind }) => kind),
  );

const member: AttachedDisk = { ...attached, fileSystem: 'LVM2_member', usage: 'raid', encodedLabel: undefined };
const leftAlone: DiskRecord = {
  ...record,
  mountPoint: null,
  filledBytes: null,
  refusal: 'not-a-file-system',
  note: 'left alone: it is a physical volume of LVM',
};

test('what a disk is a part of is put together when it is attached, once', () => {
  const facts = diskFacts({ attached: member, member: physicalVolume });
  expect(kindsOf(facts)).toEqual(['remember-disk', 'assemble-layer']);
  expect(kindsOf({ ...facts, records: [leftAlone] })).toEqual([]);
  expect(kindsOf({ ...facts, records: [leftAlone], occasion: 'changed' })).toEqual([]);
});

test('what somebody closed is opened again when a person asks', () => {
  const facts = diskFacts({ attached: member, member: physicalVolume, records: [leftAlone], occasion: 'asked' });
  expect(kindsOf(facts)).toEqual(['assemble-layer']);
});

test.each([
  ['nothing is known of it, as without the flag', undefined],
  ['a row speaks against it', { ...luksContainer, key: { ...luksContainer.key, isThere: false } }],
])('where %s nothing is opened', (_, known) => {
  expect(kindsOf(diskFacts({ attached: member, member: known }))).toEqual(['remember-disk']);
});

test.each([
  ['is read-only', { device: { ...device, readOnly: true } }],
  ['is not to change, as an assignment says', { mustNotChange: true }],
])('nothing is put together of a disk that %s, and a LUKS container is opened only for reading', (_, changes) => {
  const facts = diskFacts({ attached: { ...member, ...changes }, member: physicalVolume });
  expect(planDisk(facts, flags).flatMap(({ actions }) => actions)).toMatchObject([
    { kind: 'remember-disk', record: { refusal: 'member-kept' } },
  ]);
  const locked = { ...member, ...changes, fileSystem: 'crypto_LUKS', usage: 'crypto' };
  const [, open] = planDisk(diskFacts({ attached: locked, member: luksContainer }), flags).flatMap(
    (step) => step.actions,
  );
  expect(open).toMatchObject({ kind: 'assemble-layer', layer: 'luks', isReadOnly: true });
});

test('nothing is put together of a disk that a file with a mistake may mean', () => {
  const mistaken = [
    { name: 'b', file: 'b.conf', selectors: {}, mistakes: ['line 1: SERIAL: must end with its quote'] },
  ];
  const facts = diskFacts({ attached: member, member: luksContainer, assignments: { ...noAssignmentFacts, mistaken } });
  expect(planDisk(facts, flags).flatMap(({ actions }) => actions)).toMatchObject([
    { kind: 'remember-disk', record: { refusal: 'member-mistaken' } },
  ]);
});

const bearing: AttachedDisk = { ...member, device: { ...device, holders: ['dm-0'] } };
const inUse: DiskRecord = { ...leftAlone, refusal: 'in-use', note: 'left alone: it is part of dm-0' };
const grown = (changes: Partial<AttachedDisk> = {}, known: Partial<DiskRecord> = {}) =>
  diskFacts({ attached: { ...bearing, ...changes }, records: [{ ...inUse, ...known }], occasion: 'changed' });

test('what lies on a disk is grown with it, once for a size', () => {
  expect(kindsOf(grown())).toEqual(['grow-layer', 'remember-disk']);
  expect(kindsOf(grown({}, { filledBytes: device.sizeBytes / 2 }))).toEqual(['grow-layer', 'remember-disk']);
  expect(kindsOf(grown({}, { filledBytes: device.sizeBytes }))).toEqual([]);
});

test.each([
  ['the flag does not name it', grown(), 'CONFIG_LAYERS="luks"'],
  ['the flag is off, as shipped', grown(), ''],
  ['CONFIG_GROW=0', grown(), 'CONFIG_GROW=0\nCONFIG_LAYERS="lvm"'],
  ['the disk is no data disk', grown({ isDataDisk: false }), undefined],
  ['the system is on it', grown({ isSystemDisk: true }), undefined],
  ['nothing may be written to it', grown({ mustNotChange: true }), undefined],
  ['it was detached', grown({}, { isDetached: true }), undefined],
  ['nothing lies on it any more', grown({ device }), undefined],
])('nothing is grown where %s', (_, facts, text) => {
  expect(kindsOf(facts, text)).not.toContain('grow-layer');
});

const layered: AttachedDisk = {
  ...attached,
  device: { ...device, name: 'dm-0', path: '/dev/dm-0', majorMinor: '253:0', diskSequence: 12, bus: 'other' },
  serial: undefined,
  stack,
};
const onStack = (changes: Partial<DiskFacts> = {}) =>
  diskFacts({ kernelName: 'dm-0', attached: layered, mountPoint: { path: '/srv/data', state: 'missing' }, ...changes });

test('a volume on data disks is mounted at its label, and its record says what it lies on', () => {
  const steps = planDisk(onStack(), flags);
  const records = steps.flatMap(({ actions }) =>
    actions.flatMap((each) => (each.kind === 'remember-disk' ? each.record : [])),
  );
  expect(steps[0]?.actions.map(({ kind }) => kind)).toContain('mount-disk');
  expect(records.map(({ beneath }) => beneath)).toEqual(records.map(() => stack.beneath));
});

test("a stack of somebody else's is written down without what it lies on, so that nothing of it is ever closed", () => {
  const foreign = { ...stack, layers: [volume, container] };
  const [step] = planDisk(onStack({ attached: { ...layered, stack: foreign } }), parseFlags('CONFIG_LAYERS=lvm').flags);
  expect(step?.actions).toMatchObject([
    { kind: 'remember-disk', record: { refusal: 'layer-off', beneath: [], mountPoint: null } },
  ]);
});

test("it is somebody else's also where another row speaks against its mount first", () => {
  const foreign = { ...stack, layers: [volume, container] };
  const off = parseFlags('CONFIG_LAYERS=lvm\nCONFIG_ALLOW_MOUNT=0').flags;
  const [step] = planDisk(onStack({ attached: { ...layered, stack: foreign } }), off);
  expect(step?.actions).toMatchObject([{ kind: 'remember-disk', record: { beneath: [], mountPoint: null } }]);
});

const mounted: DiskRecord = {
  ...record,
  key: 'dm-0@12',
  device: '/dev/dm-0',
  majorMinor: '253:0',
  beneath: stack.beneath,
};

test('a stack whose disk was pulled is unmounted, closed and forgotten, in this order', () => {
  const facts = onStack({
    records: [mounted],
    mounts: [mountAt('/srv/data', '253:0', '/dev/mapper/vg-data')],
    occasion: 'changed',
    broken: { layer: volume, bears: [], arrays: [] },
  });
  expect(kindsOf(facts)).toEqual(['unmount-disk', 'remove-mount-point', 'close-layer', 'forget-disk']);
  expect(planDisk(facts, flags).flatMap(({ problem }) => problem ?? [])).toHaveLength(1);
});

test('one that was not mounted is closed all the same', () => {
  const known = { ...mounted, mountPoint: null, refusal: 'not-a-file-system' };
  expect(
    kindsOf(onStack({ records: [known], broken: { layer: array, bears: [], arrays: [] }, occasion: 'changed' })),
  ).toEqual(['close-layer', 'forget-disk']);
});

test('an array beneath an open container whose disks were pulled waits for the turn of the container', () => {
  const known = { ...mounted, mountPoint: null, refusal: 'layer-in-use' };
  const broken = { layer: array, bears: ['dm-1'], arrays: [] };
  expect(planDisk(onStack({ records: [known], broken, occasion: 'changed' }), flags)).toEqual([]);
});

test('a container of which the disk was pulled is taken out of the mirror that goes on without it, and then closed', () => {
  const known = { ...mounted, mountPoint: null, refusal: 'layer-in-use' };
  const broken = { layer: container, bears: [], arrays: ['md0'] };
  const [step] = planDisk(onStack({ records: [known], broken, occasion: 'changed' }), flags);
  expect(step?.actions).toMatchObject([
    { kind: 'drop-member', array: 'md0', member: container.name },
    { kind: 'close-layer', name: container.name },
    { kind: 'forget-disk' },
  ]);
});

test('a blank disk that is not ready is never formatted: it may be a path of a multipath disk', () => {
  const blank = { ...attached, fileSystem: undefined, usage: undefined };
  const text = 'CONFIG_FORMAT_BLANK=ext4';
  expect(kindsOf(diskFacts({ attached: blank }), text)).toContain('format-blank');
  expect(kindsOf(diskFacts({ attached: { ...blank, isReady: false } }), text)).not.toContain('format-blank');
  expect(kindsOf(onStack({ attached: { ...layered, ...blank, stack } }), `${text}\nCONFIG_LAYERS=lvm`)).not.toContain(
    'format-blank',
  );
});

test('what was open on a disk that went before its own event is written down first, and closed in its own turn', () => {
  const { device: top } = layered;
  const facts = diskFacts({
    attached: undefined,
    records: [leftAlone],
    orphans: [{ device: top, known: undefined, beneath: [] }],
    occasion: 'changed',
  });
  const actionsFor = (seen: DiskFacts) => planDisk(seen, flags).flatMap(({ actions }) => actions);
  expect(actionsFor(facts)).toEqual([
    {
      kind: 'remember-disk',
      record: expect.objectContaining({ key: 'dm-0@12', beneath: [leftAlone.key] }),
    },
  ]);
  // Its own event may have been answered meanwhile, and have written that it lies on nothing.
  expect(actionsFor({ ...facts, orphans: [] })).toEqual([{ kind: 'forget-disk', key: leftAlone.key }]);
});

test('a member that waited for another one is on record as in use once something lies on it, and is grown once', () => {
  const waited: DiskRecord = { ...leftAlone, refusal: 'lvm-missing', note: 'left alone: it lacks a disk' };
  const [, remembered] = planDisk(grown({}, waited), flags).flatMap(({ actions }) => actions);
  expect(remembered).toMatchObject({ record: { refusal: 'in-use', filledBytes: device.sizeBytes } });
  const filled = { ...waited, filledBytes: device.sizeBytes };
  const [again] = planDisk({ ...grown({}, filled), occasion: 'attached' }, flags).flatMap(({ actions }) => actions);
  expect(again).toMatchObject({ kind: 'remember-disk', record: { filledBytes: device.sizeBytes } });
});
