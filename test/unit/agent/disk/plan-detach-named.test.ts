import { describe, expect, test } from 'vitest';
import type { DetachFacts, DetachTarget } from '../../../../src/agent/disk/observe-detach.ts';
import { planDetachNamed } from '../../../../src/agent/disk/plan-detach-named.ts';
import { attached, device, diskFacts, mountAt, record } from './disk-example.ts';

const target: DetachTarget = {
  record: { ...record, mountPoint: '/srv/data' },
  attached,
  facts: diskFacts({ records: [record], mounts: [mountAt('/srv/data')], occasion: 'changed' }),
  units: [],
  users: [],
};
const facts = (changes: Partial<DetachTarget> = {}, more: Partial<DetachFacts> = {}): DetachFacts => ({
  named: device,
  family: [device],
  targets: [{ ...target, ...changes }],
  records: [record],
  layers: [],
  disks: [],
  ...more,
});
const web = { pid: 42, name: 'web', unit: 'web.service' };
const kinds = (...given: Parameters<typeof planDetachNamed>) =>
  planDetachNamed(...given).flatMap(({ actions }) => actions.map(({ kind }) => kind));

test('it is unmounted and recorded as detached, then the whole disk is released', () => {
  expect(kinds(facts(), false)).toEqual(['unmount-disk', 'remove-mount-point', 'remember-disk', 'release-disk']);
});

test('the disk is not released while a partition of it that was not named is mounted', () => {
  const other = { ...device, name: 'sdb2', path: '/dev/sdb2', majorMinor: '8:18' };
  const mounts = [mountAt('/srv/data'), mountAt('/mnt', '8:18', '/dev/sdb2')];
  const named = { ...target.facts, mounts };
  expect(kinds(facts({ facts: named }, { family: [device, other] }), false)).not.toContain('release-disk');
});

test('what the agent has not mounted is refused', () => {
  expect(() => planDetachNamed(facts({}, { targets: [] }), false)).toThrow(
    expect.objectContaining({ code: 'disk.not-mounted', subject: device.path }),
  );
});

test('a disk that somebody unmounted already is released all the same', () => {
  expect(kinds(facts({}, { targets: [], idle: attached }), false)).toEqual(['release-disk']);
});

test('one whose mount was begun and has not ended is refused', () => {
  const begun = { ...record, isBeingMounted: true };
  expect(() => planDetachNamed(facts({}, { targets: [], idle: attached, records: [begun] }), false)).toThrow(
    expect.objectContaining({ code: 'disk.being-mounted' }),
  );
});

describe('where the kernel cannot let go of the disk', () => {
  const xen = { ...device, name: 'xvdb', path: '/dev/xvdb', bus: 'xen' as const };
  const part = { ...xen, name: 'xvdb1', path: '/dev/xvdb1', parent: 'xvdb', majorMinor: '202:17' };
  const idle = { ...attached, device: xen, disk: xen, wholeDisk: xen.path };
  const remembered = (...given: Parameters<typeof planDetachNamed>) =>
    planDetachNamed(...given)
      .flatMap(({ actions }) => actions)
      .flatMap((action) => (action.kind === 'remember-disk' ? [action.record] : []))
      .map(({ device: path, isDetached, mountPoint }) => [path, isDetached, mountPoint]);

  test('one that was not mounted yet is on record as detached, with its partitions, before any event can mount it', () => {
    const known = facts({}, { named: xen, family: [xen, part], targets: [], idle });
    expect(remembered(known, false)).toEqual([
      ['/dev/xvdb', true, null],
      ['/dev/xvdb1', true, null],
    ]);
    expect(kinds(known, false).at(-1)).toBe('release-disk');
  });

  test('a partition that was not mounted is so too, beside one that was', () => {
    const mounted = { attached: { ...attached, disk: xen }, facts: { ...target.facts, kernelName: device.name } };
    expect(remembered(facts(mounted, { named: xen, family: [device, part] }), false)).toContainEqual([
      '/dev/xvdb1',
      true,
      null,
    ]);
  });
});

test('a disk that another mount hides is refused, and that mount named', () => {
  const autofs = { ...mountAt('/srv', '0:40', '/etc/auto.gandi'), fileSystem: 'autofs' };
  const hidden = { ...target.facts, mounts: [mountAt('/srv/data'), autofs] };
  expect(() => planDetachNamed(facts({ facts: hidden }), true)).toThrow(
    expect.objectContaining({ code: 'disk.hidden', message: expect.stringContaining('/srv lies over') }),
  );
});

describe('a disk that a program uses', () => {
  test('is refused, and the program named', () => {
    expect(() => planDetachNamed(facts({ users: [web] }), false)).toThrow(
      expect.objectContaining({ code: 'disk.busy', message: 'cannot detach it: it is used by web (42)' }),
    );
  });

  test('is detached with force', () => {
    expect(kinds(facts({ users: [web] }), true)).toContain('unmount-disk');
  });

  test('is detached if the program is a service that is stopped for it', () => {
    const units = [{ name: 'web.service' } as DetachTarget['units'][number]];
    expect(kinds(facts({ users: [web], units }), false)).toContain('unmount-disk');
  });
});
