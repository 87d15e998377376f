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
