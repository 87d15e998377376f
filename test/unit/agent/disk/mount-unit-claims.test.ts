import { describe, expect, test } from 'vitest';
import { renderMountUnits } from '../../../../src/agent/assignment/assigned-mount-unit.ts';
import { observeDisk } from '../../../../src/agent/disk/observe-disk.ts';
import { observeMountUnitClaims } from '../../../../src/agent/disk/mount-unit-claims.ts';
import { refusal } from '../../../../src/agent/disk/refusals.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, type Tree } from '../facts/fake-machine.ts';

const { flags } = parseFlags('');
const unit = '[Mount]\nWhat=/dev/disk/by-uuid/cafe\nWhere=/data\nType=ext4\n';
const disk = {
  '/sys/class/block/sdb': '->../../devices/host0/block/sdb',
  '/sys/block/sdb': '->../devices/host0/block/sdb',
  '/sys/devices/host0/block/sdb/dev': '8:16\n',
  '/sys/devices/host0/block/sdb/size': '2048\n',
  '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n',
};
const properties = {
  DEVNAME: '/dev/sdb',
  DEVLINKS: '/dev/disk/by-uuid/cafe /dev/disk/by-label/data',
  GANDI_DATA_DISK: '1',
  ID_FS_TYPE: 'ext4',
  ID_FS_USAGE: 'filesystem',
  ID_FS_UUID: 'cafe',
  ID_FS_LABEL_ENC: 'data',
};

async function observe(tree: Tree) {
  return observeDisk(await fakeMachine({ ...disk, ...tree }), flags, 'sdb', properties, 'attached');
}

describe('on a tree that is not running', () => {
  test.each([
    ['by a link', unit],
    ['by a tag', unit.replace('/dev/disk/by-uuid/cafe', 'UUID="cafe"')],
    ['by a label', unit.replace('/dev/disk/by-uuid/cafe', 'LABEL=data')],
  ])('a unit claims the disk, %s', async (_, text) => {
    const facts = await observe({ '/etc/systemd/system/data.mount': text });
    if (facts.attached === undefined) throw new Error('expected it to be attached');
    expect(refusal(facts.attached, facts, flags)).toMatchObject({ row: 19, code: 'mount-unit' });
  });

  test('the folder of a unit, and that of a line of fstab, are not given to another disk', async () => {
    const other = unit.replace('cafe', 'beef').replace('/data', '/srv/data');
    expect((await observe({ '/etc/systemd/system/srv-data.mount': other })).mountPoint.path).toBe('/srv/data_2');
    expect((await observe({ '/etc/fstab': 'UUID=beef /srv/data ext4\n' })).mountPoint.path).toBe('/srv/data_2');
  });
});

describe('on a machine that systemd runs', () => {
  const running = '/run/systemd/system/.keep';

  async function claimsOf(tree: Tree, stdout: string) {
    const asked: string[][] = [];
    const fake = await fakeMachine({ [running]: '', ...tree });
    const run = async (program: string, args: readonly string[] = []) => {
      asked.push([program, ...args]);
      return { stdout, stderr: '', exitCode: 0 };
    };
    const system: System = { ...fake, root: '/', processes: { ...fake.processes, run } };
    const fstab = [{ spec: 'UUID=1', mountPoint: '/boot/efi', line: '' }];
    const claims = await observeMountUnitClaims(system, fstab);
    await observeMountUnitClaims(system, fstab);
    return { claims, asked };
  }

  const own = ['dev-hugepages', 'proc-sys-fs-binfmt_misc', 'sys-kernel-debug', '-', 'tmp'];
  const usual = {
    ...Object.fromEntries(own.map((name) => [`/usr/lib/systemd/system/${name}.mount`, ''])),
    '/run/systemd/generator/boot-efi.mount': '',
  };

  test('with the units of every machine, and those of fstab, no process is started', async () => {
    expect(await claimsOf(usual, '')).toEqual({ claims: [], asked: [] });
  });

  test('with a unit of the admin systemd is asked, for this one alone and once in a run', async () => {
    const tree = { ...usual, '/etc/systemd/system/data.mount': unit, '/run/systemd/transient/mnt-x.mount': '' };
    const shown = 'What=/dev/sdx\nWhere=/mnt/x\nId=mnt-x.mount\n\nWhat=UUID=cafe\nWhere=/data\nId=data.mount\n';
    const { claims, asked } = await claimsOf(tree, shown);
    expect(claims).toEqual([
      { unit: 'mnt-x.mount', spec: '/dev/sdx', mountPoint: '/mnt/x' },
      { unit: 'data.mount', spec: 'UUID=cafe', mountPoint: '/data' },
    ]);
    expect(asked).toEqual([['systemctl', 'show', '--property=Id,What,Where', '--', 'mnt-x.mount', 'data.mount']]);
  });

  test('the unit of an assigned path claims it for no other disk, and one of somebody else beside it does', async () => {
    const late = '/run/systemd/generator.late';
    const assigned = renderMountUnits([{ file: '/etc/gandi/disks.d/pg.conf', path: '/data' }])[0]?.text ?? '';
    expect(await claimsOf({ ...usual, [`${late}/data.mount`]: assigned }, '')).toEqual({ claims: [], asked: [] });
    const { asked } = await claimsOf({ ...usual, [`${late}/data.mount`]: assigned, [`${late}/x.mount`]: unit }, '');
    expect(asked.map((words) => words.at(-1))).toEqual(['x.mount']);
    const { asked: again } = await claimsOf(
      { ...usual, [`${late}/data.mount`]: assigned, '/etc/systemd/system/data.mount': unit },
      '',
    );
    expect(again.map((words) => words.at(-1))).toEqual(['data.mount']);
  });

  test("the admin's own unit counts though a line of fstab has its folder", async () => {
    const { asked } = await claimsOf({ ...usual, '/etc/systemd/system/boot-efi.mount': unit }, '');
    expect(asked).toHaveLength(1);
  });

  test('no answer is not taken for no claim, and is asked for again', async () => {
    const fake = await fakeMachine({ [running]: '', '/etc/systemd/system/data.mount': unit });
    let times = 0;
    const run = async () => {
      times += 1;
      throw new Error('no answer');
    };
    const system: System = { ...fake, root: '/', processes: { ...fake.processes, run } };
    const code = 'mount-units.unreadable';
    await expect(observeMountUnitClaims(system, [])).rejects.toMatchObject({ code });
    await expect(observeMountUnitClaims(system, [])).rejects.toMatchObject({ code });
    expect(times).toBe(2);
  });
});
