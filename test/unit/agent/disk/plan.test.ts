import { describe, expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import { planDetach, planRelease } from '../../../../src/agent/disk/plan-detach.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import type { MountUnit } from '../../../../src/agent/disk/mount-units.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, bigger, device, diskFacts, mountAt, record } from './disk-example.ts';

const flags = parseFlags('').flags;

function actionsOf(...args: Parameters<typeof planDisk>): readonly Action[] {
  return planDisk(...args).flatMap((step) => step.actions);
}

const stopped = {
  path: '/run/gandi/stopped-units/sdb@7.json',
  uuid: record.uuid,
  serial: record.serial,
  mountPoint: '/srv/data',
  units: ['web.service'],
};

const unit = (name: string): MountUnit => ({ name, isTransient: false });

const kindsOf = (actions: readonly Action[]) => actions.map(({ kind }) => kind);

test('an attached ext4 is mounted at its label, remembered, and the hook is told', () => {
  const actions = actionsOf(diskFacts({ hooks: { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' } }), flags);
  expect(kindsOf(actions)).toEqual(['remember-disk', 'mount-disk', 'remember-disk', 'remember-disk', 'run-hook']);
  expect(actions[1]).toMatchObject({
    device: '/dev/sdb',
    diskSequence: 7,
    fileSystem: 'ext4',
    mountPoint: '/srv/data',
    options: ['rw', 'nosuid', 'nodev', 'noatime', 'errors=remount-ro'],
  });
  expect(actions[4]).toMatchObject({ hook: 'post-disk-attach', arguments: ['/dev/sdb', 'ext4', '/srv/data'] });
});

test('nothing is left to do once it is mounted and remembered', () => {
  expect(planDisk(diskFacts({ records: [record], mounts: [mountAt('/srv/data')] }), flags)).toEqual([]);
});

test('L13: a disk that the admin unmounted stays unmounted, whatever event comes', () => {
  expect(planDisk(diskFacts({ records: [record] }), flags)).toEqual([]);
  expect(planDisk(diskFacts({ records: [record], occasion: 'changed' }), flags)).toEqual([]);
});

test('a change of a disk that was never mounted mounts nothing', () => {
  expect(planDisk(diskFacts({ occasion: 'changed' }), flags)).toEqual([]);
});

test('D16: a folder that holds files is not mounted over', () => {
  const actions = actionsOf(diskFacts({ mountPoint: { path: '/srv/data', state: 'not-empty' } }), flags);
  expect(kindsOf(actions)).toEqual(['remember-disk']);
  expect(actions[0]).toMatchObject({ record: { mountPoint: null, note: expect.stringContaining('holds files') } });
});

test('an empty folder that is there already is used', () => {
  const facts = diskFacts({ mountPoint: { path: '/srv/data', state: 'empty' } });
  expect(actionsOf(facts, flags)[1]).toMatchObject({ kind: 'mount-disk', mountPoint: '/srv/data' });
});

test.each([
  ['that is made for it is', { state: 'missing' }, true],
  ['that was made for one before is', { state: 'empty', isMade: true }, true],
  ['that was there before is not', { state: 'empty', isMade: false }, false],
] as const)("a folder %s the agent's to remove", (_, mountPoint, ownsFolder) => {
  const [intent, , done] = actionsOf(diskFacts({ mountPoint: { path: '/srv/data', ...mountPoint } }), flags);
  expect([intent, done]).toMatchObject([{ record: { ownsFolder } }, { record: { ownsFolder } }]);
});

test('a folder that was there before stays when its disk is pulled', () => {
  const gone = { attached: undefined, records: [{ ...record, ownsFolder: false }], mounts: [mountAt('/srv/data')] };
  expect(actionsOf(diskFacts(gone), flags)).toMatchObject([
    { kind: 'unmount-disk', keepFolder: true },
    { kind: 'forget-disk' },
  ]);
});

test.each([
  ['ext4', 'noload'],
  ['xfs', 'norecovery'],
])('the journal of %s is not replayed where the disk is read-only', (fileSystem, option) => {
  const readOnly = { ...attached, fileSystem, device: { ...device, readOnly: true } };
  const mounting = actionsOf(diskFacts({ attached: readOnly }), flags).find(({ kind }) => kind === 'mount-disk');
  expect(mounting).toMatchObject({ options: expect.arrayContaining(['ro', option]) });
  const [, writable] = actionsOf(diskFacts({ attached: { ...attached, fileSystem } }), flags);
  expect(writable).toMatchObject({ options: expect.not.arrayContaining([option]) });
});

test('a read-only disk is mounted read-only', () => {
  const readOnly = { ...attached, device: { ...device, readOnly: true } };
  const action = actionsOf(diskFacts({ attached: readOnly }), flags).find(({ kind }) => kind === 'mount-disk');
  expect(action).toMatchObject({ options: ['nosuid', 'nodev', 'noatime', 'errors=remount-ro', 'ro', 'noload'] });
});

test('options of the admin can add to nosuid and nodev, and not take them away', () => {
  const edited = parseFlags('CONFIG_MOUNT_PARAMS="defaults,suid,dev,relatime,user"').flags;
  expect(actionsOf(diskFacts(), edited)[1]).toMatchObject({
    options: ['relatime', 'nosuid', 'nodev', 'errors=remount-ro'],
  });
});

test('a disk that is gone: unmounted and its folder removed at once, then the hook, then forgotten', () => {
  const hooks = { 'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach' };
  const gone = diskFacts({ attached: undefined, records: [record], mounts: [mountAt('/srv/data')], hooks });
  const actions = actionsOf(gone, flags);
  expect(kindsOf(actions)).toEqual(['unmount-disk', 'remove-mount-point', 'run-hook', 'forget-disk']);
  expect(actions[0]).toMatchObject({ mountPoint: '/srv/data', lazy: true });
  expect(actions[2]).toMatchObject({
    hook: 'pre-disk-detach',
    arguments: ['/dev/sdb', '/srv/data'],
    environment: {
      GANDI_DEVICE: '/dev/sdb',
      GANDI_MOUNT_POINT: '/srv/data',
      GANDI_DISK_NAME: 'data',
      GANDI_FILE_SYSTEM: 'ext4',
      GANDI_UUID: attached.uuid,
      GANDI_PULLED: '1',
    },
  });
});

test('a hook that fails keeps neither the stale mount nor the record', () => {
  const hooks = { 'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach' };
  const gone = diskFacts({ attached: undefined, records: [record], mounts: [mountAt('/srv/data')], hooks });
  const steps = planDisk(gone, flags).filter(({ actions }) => actions.length > 0);
  expect(steps.map(({ actions }) => kindsOf(actions))).toEqual([
    ['unmount-disk', 'remove-mount-point'],
    ['run-hook'],
    ['forget-disk'],
  ]);
  expect(steps.some(({ needsAllBefore }) => needsAllBefore)).toBe(false);
});

test('a mount of another device at the same place is not ours to unmount', () => {
  const gone = diskFacts({
    attached: undefined,
    records: [record],
    mounts: [mountAt('/srv/data', '8:32', '/dev/sdc')],
  });
  expect(kindsOf(actionsOf(gone, flags))).toEqual(['remove-mount-point', 'forget-disk']);
});

test('D13: without a mount of ours no folder is removed', () => {
  const never = { ...record, mountPoint: null };
  expect(kindsOf(actionsOf(diskFacts({ attached: undefined, records: [never] }), flags))).toEqual(['forget-disk']);
});

test('a kernel name that is used again is another disk: the old one is cleaned up, the new one mounted', () => {
  const old = { ...record, key: 'sdb@6', mountPoint: '/srv/old', majorMinor: '8:16' };
  const facts = diskFacts({
    records: [old],
    mounts: [mountAt('/srv/old', '8:16')],
    attached: { ...attached, device: { ...device, majorMinor: '8:64' } },
  });
  expect(kindsOf(actionsOf(facts, flags))).toEqual([
    'unmount-disk',
    'remove-mount-point',
    'forget-disk',
    'remember-disk',
    'mount-disk',
    'remember-disk',
  ]);
});

test('a disk that the admin unmounted is mounted when it is asked for', () => {
  const actions = actionsOf(diskFacts({ records: [record], occasion: 'asked' }), flags);
  expect(kindsOf(actions)).toEqual(['remember-disk', 'mount-disk', 'remember-disk']);
});

test('a pulled disk is told as what it is, with the way to do better', () => {
  const gone = diskFacts({ attached: undefined, records: [record], mounts: [mountAt('/srv/data')] });
  const [problem] = planDisk(gone, flags).flatMap((step) => step.problem ?? []);
  expect(problem).toMatch(/\/srv\/data was pulled.*lost.*disk detach data/);
});

test('a disk that was unmounted before it was pulled is not a problem', () => {
  const gone = diskFacts({ attached: undefined, records: [record] });
  expect(planDisk(gone, flags).some((step) => step.problem !== undefined)).toBe(false);
});

test('the name of a file system that is new here is kept for it', () => {
  const actions = actionsOf(diskFacts({ reservation: undefined }), flags);
  expect(actions).toContainEqual({
    kind: 'reserve-disk-name',
    uuid: attached.uuid,
    name: 'data',
    serial: 'disk-42',
    location: attached.location,
  });
});

test('a disk that is left alone is remembered once', () => {
  const blank = diskFacts({ attached: { ...attached, fileSystem: undefined, usage: undefined } });
  const [action] = actionsOf(blank, flags);
  if (action?.kind !== 'remember-disk') throw new Error('expected it to be remembered');
  expect(planDisk({ ...blank, records: [action.record] }, flags)).toEqual([]);
});

test('L12: the hook needs the mount: it is not told of a disk that could not be mounted', () => {
  const hooks = { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' };
  const steps = planDisk(diskFacts({ hooks }), flags);
  expect(steps.map((step) => kindsOf(step.actions))).toEqual([
    ['remember-disk', 'mount-disk', 'remember-disk'],
    ['remember-disk', 'run-hook'],
  ]);
  expect(steps[1]).toMatchObject({ needsAllBefore: true, canWait: true });
});

test.each([
  ['where udev does not tell the size of the file system, that is not known', undefined, null],
  ['where the file system fills the device, that is known from the start', 64 * 2 ** 20, 64 * 2 ** 20],
])('%s', (_, fileSystemBytes, filledBytes) => {
  const actions = actionsOf(diskFacts({ attached: { ...attached, fileSystemBytes } }), flags);
  expect(actions).toContainEqual(expect.objectContaining({ record: expect.objectContaining({ filledBytes }) }));
});

describe('detach by command', () => {
  const facts = diskFacts({
    records: [record],
    mounts: [mountAt('/srv/data')],
    hooks: { 'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach' },
  });
  const detach = (units: MountUnit[] = [], force = false) =>
    planDetach(record, facts, units, true, force).flatMap((step) => step.actions);

  test('D10: hook, unmounted plainly, so that what uses it refuses, folder removed, and kept as detached until it is gone', () => {
    expect(kindsOf(detach())).toEqual(['run-hook', 'unmount-disk', 'remove-mount-point', 'remember-disk']);
    expect(detach().at(-1)).toMatchObject({ record: { key: 'sdb@7', isDetached: true, mountPoint: null } });
    expect(detach()[1]).toMatchObject({ lazy: false });
    expect(detach([], true)[1]).toMatchObject({ lazy: true });
  });

  test('row 20: the hook that was not told of the attachment is not told of the detachment', () => {
    const due = { ...record, isHookDue: true };
    const both = { ...facts, hooks: { ...facts.hooks, 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' } };
    const actions = planDetach(due, both, [], true).flatMap((step) => step.actions);
    expect(kindsOf(actions)).toEqual(['unmount-disk', 'remove-mount-point', 'remember-disk']);
  });

  test('services that use it are written down with it, and stopped before it is unmounted', () => {
    const { uuid, serial, mountPoint } = record;
    const written = `${JSON.stringify({ uuid, serial, mountPoint, units: ['web.service', 'db.service'] })}\n`;
    expect(detach([unit('web.service'), unit('db.service')]).slice(1, 5)).toEqual([
      { kind: 'make-directory', path: '/run/gandi/stopped-units', mode: 0o700 },
      { kind: 'write-file', path: '/run/gandi/stopped-units/sdb@7.json', content: written, mode: 0o600 },
      { kind: 'control-unit', unit: 'web.service', verb: 'stop' },
      { kind: 'control-unit', unit: 'db.service', verb: 'stop' },
    ]);
  });

  test('one that would not exist any more is stopped, and not written down to be started', () => {
    const transient = { ...unit('run-1.service'), isTransient: true };
    expect(detach([transient])[1]).toEqual({ kind: 'control-unit', unit: 'run-1.service', verb: 'stop' });
    const [, , written] = detach([transient, unit('web.service')]);
    expect(written).toMatchObject({ content: expect.stringContaining('"units":["web.service"]') });
  });

  test('the kernel lets go of it only if all before was done', () => {
    expect(planRelease(attached)).toMatchObject({
      needsAllBefore: true,
      actions: [{ kind: 'release-disk', disk: '/dev/sdb', taker: 'kernel' }],
    });
  });

  test('where the bus cannot let go of it, the platform is who takes it, and it says so', () => {
    const disk = { ...device, bus: 'xen' } as const;
    const xen = { ...facts, attached: { ...attached, device: disk, disk } };
    expect(planRelease(xen.attached).actions).toMatchObject([{ taker: 'platform' }]);
    const noteOf = (isLast: boolean) => planDetach(record, xen, [], isLast).at(-1)?.actions.at(-1);
    expect(noteOf(true)).toMatchObject({ record: { note: 'detached; the platform can take it now' } });
    expect(noteOf(false)).toMatchObject({ record: { note: 'detached' } });
  });
});

test('services that use a disk that was pulled are stopped once its stale mount is gone', () => {
  const gone = diskFacts({
    attached: undefined,
    records: [record],
    mounts: [mountAt('/srv/data')],
    units: [unit('web.service')],
  });
  expect(kindsOf(actionsOf(gone, flags))).toEqual([
    'unmount-disk',
    'remove-mount-point',
    'make-directory',
    'write-file',
    'control-unit',
    'forget-disk',
  ]);
});

test('what was stopped for a disk is started once it is mounted again, and once', () => {
  const facts = diskFacts({ records: [record], mounts: [mountAt('/srv/data')], stoppedUnits: [stopped] });
  expect(actionsOf(facts, flags)).toEqual([
    { kind: 'control-unit', unit: 'web.service', verb: 'start' },
    { kind: 'remove-file', path: stopped.path },
  ]);
});

test('D9: nothing of sdba is touched when sdb goes', () => {
  const other = { ...record, key: 'sdba@9', device: '/dev/sdba', majorMinor: '67:64', mountPoint: '/srv/other' };
  const mounts = [mountAt('/srv/other', '67:64', '/dev/sdba')];
  expect(planDisk(diskFacts({ attached: undefined, records: [other], mounts }), flags)).toEqual([]);
});

test('D12: what the agent has not mounted is never grown, whatever event comes', () => {
  for (const occasion of ['attached', 'asked', 'changed'] as const) {
    const elsewhere = diskFacts({ attached: bigger, occasion, mounts: [mountAt('/mnt')] });
    expect(kindsOf(actionsOf(elsewhere, flags))).not.toContain('grow-file-system');
    expect(kindsOf(actionsOf(diskFacts({ attached: bigger, occasion }), flags))).not.toContain('grow-file-system');
  }
});

test.each([
  ['sdaa', '65:160'],
  ['vda', '254:0'],
  ['nvme0n1', '259:0'],
  ['xvda', '202:0'],
])('L11: %s is a data disk like any other where the system is not on it', (name, majorMinor) => {
  const disk = { ...device, name, path: `/dev/${name}`, majorMinor };
  const facts = diskFacts({ kernelName: name, attached: { ...attached, device: disk, disk, wholeDisk: disk.path } });
  expect(actionsOf(facts, flags)[1]).toMatchObject({ kind: 'mount-disk', device: `/dev/${name}` });
});

describe('S3: the owner of what is on a disk stays', () => {
  const compatible = parseFlags('CONFIG_NEW_DISK_OWNER="0:1001 0775"').flags;

  test('by default nothing of it is ever changed', () => {
    expect(kindsOf(actionsOf(diskFacts({ reservation: undefined }), flags))).not.toContain('own-new-root');
  });

  test('with CONFIG_NEW_DISK_OWNER a file system that was never seen is looked at, and one that was is not', () => {
    const actions = actionsOf(diskFacts({ reservation: undefined }), compatible);
    expect(actions[2]).toMatchObject({ kind: 'own-new-root', mountPoint: '/srv/data', uid: 0, gid: 1001, mode: 0o775 });
    expect(kindsOf(actionsOf(diskFacts(), compatible))).not.toContain('own-new-root');
  });
});

describe('S4: services that a disk names itself', () => {
  const facts = diskFacts({ records: [record], mounts: [mountAt('/srv/data')] });

  test('are not asked for by default', () => {
    expect(planDisk(facts, flags)).toEqual([]);
  });

  test('with CONFIG_DISK_SERVICES=1 are remembered while the disk can be read', () => {
    expect(actionsOf({ ...facts, services: ['web.service'] }, flags)).toEqual([
      { kind: 'remember-disk', record: { ...record, services: ['web.service'] } },
    ]);
    const known = { ...record, services: ['web.service'] };
    expect(planDisk({ ...facts, records: [known], services: ['web.service'] }, flags)).toEqual([]);
  });
});

describe('the check before the mount, docs/decisions/file-system-check.md', () => {
  const checking = parseFlags('CONFIG_FSCK=1').flags;
  const withType = (fileSystem: string) => diskFacts({ attached: { ...attached, fileSystem } });

  test('row 1: by default every file system is mounted as it is', () => {
    expect(kindsOf(actionsOf(diskFacts(), flags))).not.toContain('check-file-system');
  });

  test('row 2: nothing is repaired on a read-only disk', () => {
    const readOnly = { ...attached, device: { ...device, readOnly: true } };
    expect(kindsOf(actionsOf(diskFacts({ attached: readOnly }), checking))).not.toContain('check-file-system');
  });

  test.each(['xfs', 'btrfs', 'f2fs', 'vfat', 'ntfs', 'iso9660'])(
    'row 3: %s has no repair that is safe alone',
    (type) => {
      expect(kindsOf(actionsOf(withType(type), checking))).not.toContain('check-file-system');
    },
  );

  test.each(['ext2', 'ext3', 'ext4'])('row 4: %s is checked, and mounted only after that', (type) => {
    const actions = actionsOf(withType(type), checking);
    expect(actions[0]).toMatchObject({ kind: 'require-not-elsewhere' });
    expect(actions[1]).toEqual({
      kind: 'check-file-system',
      device: '/dev/sdb',
      disk: '/dev/sdb',
      diskSequence: 7,
    });
  });
});

describe('a blank disk', () => {
  const blank = { ...attached, fileSystem: undefined, usage: undefined, encodedLabel: undefined, uuid: undefined };
  const formatting = parseFlags('CONFIG_FORMAT_BLANK=xfs').flags;

  test('is left alone by default', () => {
    expect(kindsOf(actionsOf(diskFacts({ attached: blank }), flags))).toEqual(['remember-disk']);
  });

  test('is formatted, if it is proven to be blank, where CONFIG_FORMAT_BLANK names a type', () => {
    const actions = actionsOf(diskFacts({ attached: blank }), formatting);
    expect(actions.at(-1)).toEqual({ kind: 'format-blank', disk: '/dev/sdb', diskSequence: 7, fileSystem: 'xfs' });
  });

  test('is formatted when somebody asks for it, also if it was left alone before', () => {
    const records = [{ ...record, mountPoint: null }];
    expect(kindsOf(actionsOf(diskFacts({ attached: blank, records, occasion: 'asked' }), formatting))).toContain(
      'format-blank',
    );
  });

  test.each([
    ['a disk with a file system', diskFacts()],
    ['one that no rule marks', diskFacts({ attached: { ...blank, isDataDisk: false } })],
    ['one with signatures of several types', diskFacts({ attached: { ...blank, isAmbivalent: true } })],
    ['a read-only one', diskFacts({ attached: { ...blank, device: { ...device, readOnly: true } } })],
    ['a mere change of one', diskFacts({ attached: blank, occasion: 'changed' })],
    ['one that was looked at before', diskFacts({ attached: blank, records: [{ ...record, mountPoint: null }] })],
  ])('is not what this is: %s', (_, facts) => {
    expect(kindsOf(actionsOf(facts, formatting))).not.toContain('format-blank');
  });
});

describe('where our map of autofs has the disk root', () => {
  test('the hook of a disk that is offered already, and that it was not told of yet, is told', () => {
    const hooks = { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' };
    const due = { ...record, onDemand: true, isHookDue: true };
    const actions = actionsOf(diskFacts({ automount: 'ours', hooks, records: [due], occasion: 'changed' }), flags);
    expect(kindsOf(actions)).toEqual(['remember-disk', 'run-hook']);
    expect(actions[0]).toMatchObject({ record: { isHookDue: false } });
  });

  const offered = { ...record, onDemand: true, note: 'mounted on demand at /srv/data' };
  const autofs = { ...mountAt('/srv', '0:50', '/etc/auto.gandi'), fileSystem: 'autofs' };

  test('an attached disk is offered under its name instead of mounted, and the hook is told as ever', () => {
    const hooks = { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' };
    const actions = actionsOf(diskFacts({ automount: 'ours', hooks }), flags);
    const offering = ['remember-disk', 'require-not-elsewhere', 'make-directory', 'write-file', 'remember-disk'];
    expect(kindsOf(actions)).toEqual([...offering, 'remember-disk', 'run-hook']);
    expect(actions[3]).toEqual({
      kind: 'write-file',
      path: '/run/gandi/autofs/data',
      content: '/dev/sdb\nsdb\n7\n8:16\n-fstype=ext4,rw,nosuid,nodev,noatime,errors=remount-ro\n',
      mode: 0o600,
    });
    expect(actions[4]).toMatchObject({ record: { onDemand: true, mountPoint: '/srv/data' } });
  });

  test('nothing is left to do once it is offered, mounted or not', () => {
    const facts = diskFacts({ automount: 'ours', records: [offered], mounts: [autofs] });
    expect(planDisk(facts, flags)).toEqual([]);
    expect(planDisk({ ...facts, mounts: [autofs, mountAt('/srv/data')] }, flags)).toEqual([]);
  });

  test('one that was resized is mounted, as nothing else grows it, and grown', () => {
    const facts = diskFacts({ attached: bigger, occasion: 'changed', automount: 'ours', records: [offered] });
    expect(kindsOf(actionsOf({ ...facts, mounts: [autofs] }, flags))).toEqual(['call-automount']);
    expect(kindsOf(actionsOf({ ...facts, mounts: [autofs, mountAt('/srv/data')] }, flags))).toEqual([
      'grow-file-system',
      'remember-disk',
    ]);
  });

  test('one that is pulled is offered no more, and the folder is left to autofs', () => {
    const gone = diskFacts({
      attached: undefined,
      automount: 'ours',
      records: [offered],
      mounts: [mountAt('/srv/data')],
    });
    expect(kindsOf(actionsOf(gone, flags))).toEqual(['remove-file', 'unmount-disk', 'forget-disk']);
    expect(kindsOf(actionsOf({ ...gone, mounts: [] }, flags))).toEqual(['remove-file', 'forget-disk']);
  });

  test('one that is asked for is offered again and mounted', () => {
    const facts = diskFacts({ occasion: 'asked', automount: 'ours', records: [offered], mounts: [autofs] });
    expect(kindsOf(actionsOf(facts, flags))).toEqual(['make-directory', 'write-file', 'call-automount']);
  });

  test('a clone of one that is offered is refused as if that were mounted', () => {
    const original = { ...offered, key: 'sdc@8', device: '/dev/sdc', majorMinor: '8:32' };
    const facts = diskFacts({ automount: 'ours', records: [original], mounts: [autofs] });
    expect(actionsOf(facts, flags)).toEqual([
      {
        kind: 'remember-disk',
        record: expect.objectContaining({ note: expect.stringContaining('is a clone') }),
        over: null,
      },
    ]);
  });

  test('one that nobody entered is not called lost when it is pulled', () => {
    const gone = diskFacts({ attached: undefined, automount: 'ours', records: [offered] });
    expect(planDisk(gone, flags).some((step) => step.problem !== undefined)).toBe(false);
  });
});
