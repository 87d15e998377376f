import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { observeDisk } from '../../../../src/agent/disk/observe-disk.ts';
import { refusal } from '../../../../src/agent/disk/refusals.ts';
import { mistakesOf, readAssignments } from '../../../../src/agent/disk/read-assignments.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, type Tree } from '../facts/fake-machine.ts';

type Properties = Readonly<Record<string, string>>;

function propertiesOf(name: string, more: Properties = {}): Properties {
  return {
    GANDI_DATA_DISK: '1',
    DEVNAME: `/dev/${name}`,
    ID_FS_TYPE: 'ext4',
    ID_FS_USAGE: 'filesystem',
    ID_FS_LABEL_ENC: 'data',
    ID_FS_UUID: `uuid-${name}`,
    ID_SERIAL_SHORT: `serial-${name}`,
    ...more,
  };
}

function sysfs(name: string, number: string): Tree {
  return {
    [`/sys/class/block/${name}`]: `->../../devices/host0/block/${name}`,
    [`/sys/block/${name}`]: `->../devices/host0/block/${name}`,
    [`/sys/devices/host0/block/${name}/dev`]: `${number}\n`,
    [`/sys/devices/host0/block/${name}/size`]: '2048\n',
  };
}

/** A machine with the disks sda and sdb, as udev has them. */
async function machine(tree: Tree, disks: Readonly<Record<string, Properties>> = {}): Promise<System> {
  const system = await fakeMachine({
    '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n',
    '/proc/swaps': 'Filename\n',
    ...sysfs('sda', '8:0'),
    ...sysfs('sdb', '8:16'),
    ...tree,
  });
  const run = async (tool: string, args: readonly string[] = []) => {
    const name = args.at(-1)?.split('/').at(-1) ?? '';
    const properties = tool === 'udevadm' ? (disks[name] ?? propertiesOf(name)) : {};
    const stdout = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
    return { exitCode: 0, stdout: stdout.join(''), stderr: '' };
  };
  return { ...system, processes: { ...system.processes, run } };
}

const conf = (name: string) => `/etc/gandi/disks.d/${name}.conf`;
const look = (system: System, name: string, properties = propertiesOf(name), text = '') =>
  observeDisk(system, parseFlags(text).flags, name, properties, 'attached');

async function codeOf(
  system: System,
  name: string,
  properties = propertiesOf(name),
  text = '',
): Promise<string | undefined> {
  const facts = await look(system, name, properties, text);
  return facts.attached === undefined ? 'gone' : refusal(facts.attached, facts, parseFlags(text).flags)?.code;
}

test('a disk belongs at the path of its assignment, and others where they always did', async () => {
  const system = await machine({ [conf('pg')]: 'SERIAL=serial-sda\nPATH=/var/lib/pg\nREAD_ONLY=yes\n' });
  expect(await look(system, 'sda')).toMatchObject({
    attached: { mustNotChange: true },
    mountPoint: { path: '/var/lib/pg', state: 'missing' },
  });
  expect(await look(system, 'sdb')).toMatchObject({
    attached: { mustNotChange: false },
    mountPoint: { path: '/srv/data', state: 'missing' },
  });
});

test('a label does not take the folder of an assignment, nor one above it', async () => {
  const system = await machine({ [conf('pg')]: 'SERIAL=away\nPATH=/srv/data/pg\n' });
  expect((await look(system, 'sda')).mountPoint.path).toBe('/srv/data_2');
});

test('links on the way to a path are followed', async () => {
  const system = await machine({ [conf('pg')]: 'SERIAL=serial-sda\nPATH=/pg/data\n', '/real/other': '' });
  await symlink('real', await system.files.hostPath('/pg'));
  expect((await look(system, 'sda')).mountPoint.path).toBe('/real/data');
  const bad = await machine({ [conf('pg')]: 'SERIAL=serial-sda\nPATH=/pg/data\n', '/etc/other': '' });
  await symlink('etc', await bad.files.hostPath('/pg'));
  expect(await codeOf(bad, 'sda')).toBe('path-of-system');
});

test('two disks that one assignment means are both left alone, and a disk that is no data disk counts for none', async () => {
  const tree = { [conf('pg')]: 'LABEL=data\nPATH=/var/lib/pg\n' };
  const system = await machine(tree);
  expect([await codeOf(system, 'sda'), await codeOf(system, 'sdb')]).toEqual(['two-disks', 'two-disks']);
  const alone = await machine(tree, { sdb: { ...propertiesOf('sdb'), GANDI_DATA_DISK: '' } });
  expect(await codeOf(alone, 'sda')).toBeUndefined();
});

test('the devices of one Btrfs are one disk; where one of them is assigned, the other waits; a copy is another disk', async () => {
  const device = (name: string, sub: string) =>
    propertiesOf(name, { ID_FS_TYPE: 'btrfs', ID_FS_UUID: 'pool', ID_FS_UUID_SUB: sub });
  const disks = { sda: device('sda', 'a'), sdb: device('sdb', 'b') };
  const byUuid = await machine({ [conf('pg')]: 'UUID=pool\nPATH=/pool\n' }, disks);
  expect(await codeOf(byUuid, 'sda', disks.sda)).toBeUndefined();
  const kept = await machine({ [conf('pg')]: 'UUID=pool\nPATH=/pool\nREAD_ONLY=yes\n' }, disks);
  expect(await codeOf(kept, 'sda', disks.sda)).toBe('cannot-stay-unchanged');
  const bySerial = await machine({ [conf('pg')]: 'SERIAL=serial-sda\nPATH=/pool\n' }, disks);
  expect(await codeOf(bySerial, 'sda', disks.sda)).toBeUndefined();
  expect(await codeOf(bySerial, 'sdb', disks.sdb)).toBe('pool-assigned');
  const copies = { ...disks, sdb: device('sdb', 'a') };
  const copied = await machine({ [conf('pg')]: 'UUID=pool\nPATH=/pool\n' }, copies);
  expect(await codeOf(copied, 'sda', copies.sda)).toBe('two-disks');
});

describe('where LUKS containers are opened', () => {
  const layers = 'CONFIG_LAYERS=luks';
  /** An open container on a disk: the disk has a serial, and the file system does not. */
  const open = (name: string, number: string, disk: string): Tree => ({
    ...sysfs(name, number),
    [`/sys/devices/host0/block/${name}/dm/name`]: `luks-${disk}\n`,
    [`/sys/devices/host0/block/${name}/dm/uuid`]: `CRYPT-LUKS2-1-luks-${disk}\n`,
    [`/sys/devices/host0/block/${name}/slaves/${disk}`]: '',
    [`/sys/devices/host0/block/${disk}/holders/${name}`]: '',
  });
  const container = (name: string) => propertiesOf(name, { ID_FS_TYPE: 'crypto_LUKS', ID_FS_USAGE: 'crypto' });
  const inside = (name: string): Properties => {
    const { GANDI_DATA_DISK: _, ID_SERIAL_SHORT: __, ...rest } = propertiesOf(name);
    return rest;
  };
  const disks = { sda: container('sda'), sdb: container('sdb'), 'dm-0': inside('dm-0'), 'dm-1': inside('dm-1') };
  const both = { ...open('dm-0', '253:0', 'sda'), ...open('dm-1', '253:1', 'sdb') };

  test('the serial of a disk means the file system in its container', async () => {
    const system = await machine(
      { ...both, [conf('pg')]: 'SERIAL=serial-sda\nPATH=/var/lib/pg\nREAD_ONLY=yes\n' },
      disks,
    );
    expect(await look(system, 'dm-0', disks['dm-0'], layers)).toMatchObject({
      attached: { mustNotChange: true },
      mountPoint: { path: '/var/lib/pg' },
    });
    expect((await look(system, 'dm-1', disks['dm-1'], layers)).mountPoint.path).toBe('/srv/data');
    expect(await codeOf(system, 'dm-0', disks['dm-0'], layers)).toBeUndefined();
    expect(await codeOf(system, 'sda', disks.sda, layers)).toBe('in-use');
  });

  test('two file systems in containers that one assignment means are both left alone', async () => {
    const system = await machine({ ...both, [conf('pg')]: 'LABEL=data\nPATH=/var/lib/pg\n' }, disks);
    const codes = ['dm-0', 'dm-1'] as const;
    expect(await Promise.all(codes.map((name) => codeOf(system, name, disks[name], layers)))).toEqual([
      'two-disks',
      'two-disks',
    ]);
  });

  test('a container of somebody else is not a rival', async () => {
    const foreign = { ...disks, sdb: { ...disks.sdb, GANDI_DATA_DISK: '' } };
    const system = await machine({ ...both, [conf('pg')]: 'LABEL=data\nPATH=/var/lib/pg\n' }, foreign);
    expect(await codeOf(system, 'dm-0', disks['dm-0'], layers)).toBeUndefined();
  });
});

describe('where autofs has the disk root', () => {
  const tree = {
    '/usr/sbin/automount': '',
    '/etc/auto.master.d/gandi.autofs': '/srv /etc/auto.gandi\n',
    '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n23 22 0:40 / /srv rw - autofs /etc/auto.gandi rw\n',
  };

  test.each([
    ['/var/lib/pg', 'none', undefined],
    ['/srv/pg', 'ours', undefined],
    ['/srv/deep/pg', 'ours', 'path-of-automount'],
  ])('a disk assigned to %s has the map %s', async (path, automount, code) => {
    const system = await machine({ ...tree, [conf('pg')]: `SERIAL=serial-sda\nPATH=${path}\n` });
    expect((await look(system, 'sda')).automount).toBe(automount);
    expect(await codeOf(system, 'sda')).toBe(code);
  });

  test('a path in a map of somebody else is refused, and not looked at', async () => {
    const mounts = `${tree['/proc/self/mountinfo']}24 22 0:41 / /net rw - autofs auto.net rw\n`;
    const files = { ...tree, '/proc/self/mountinfo': mounts, [conf('pg')]: 'SERIAL=serial-sda\nPATH=/net/a/b\n' };
    expect(await codeOf(await machine(files), 'sda')).toBe('path-of-automount');
  });
});

test('a path in that of another file is named in status and by doctor', async () => {
  const texts = { [conf('pg')]: 'SERIAL=1\nPATH=/var/lib/pg\n', [conf('wal')]: 'SERIAL=2\nPATH=/var/lib/pg/wal\n' };
  expect(mistakesOf(await readAssignments(await machine(texts)))).toEqual([
    `${conf('wal')}: PATH: /var/lib/pg/wal is in /var/lib/pg, the path of ${conf('pg')}, so it is not mounted; choose one outside`,
  ]);
});

describe('a file that is not root’s word', () => {
  const text = 'SERIAL=serial-sda\nPATH=/var/lib/pg\n';
  const mistakesIn = async (system: System) =>
    (await readAssignments(system)).mistaken.flatMap(({ mistakes }) => mistakes);

  test.each(['/etc/gandi/disks.d/pg.conf', '/etc/gandi/disks.d', '/etc'])('others can write %s', async (part) => {
    const system = await machine({ [conf('pg')]: text });
    await chmod(await system.files.hostPath(part), 0o777);
    expect(await mistakesIn(system)).toEqual([expect.stringMatching(new RegExp(`^${part}: must be root's`))]);
    expect(await codeOf(system, 'sda')).toBe('assignment-mistaken');
  });

  test('a link, a named pipe and a large file are not read', async () => {
    const system = await machine({ '/etc/real.conf': text, [conf('large')]: `${text}#${'x'.repeat(70_000)}` });
    await symlink('/etc/real.conf', await system.files.hostPath(conf('link')));
    execFileSync('mkfifo', [await system.files.hostPath(conf('pipe'))]);
    await mkdir(await system.files.hostPath(conf('folder')));
    expect(await mistakesIn(system)).toEqual([
      expect.stringMatching(/folder\.conf: must be root's/),
      expect.stringMatching(/more than 64 KiB/),
      expect.stringMatching(/link\.conf: must be root's and no link/),
      expect.stringMatching(/pipe\.conf: must be root's/),
    ]);
  });

  test('what does not end in .conf, and what an editor hides, is for people', async () => {
    const folder = '/etc/gandi/disks.d';
    const system = await machine({
      [`${folder}/README`]: 'x',
      [`${folder}/pg.conf~`]: 'x',
      [`${folder}/.pg.conf`]: 'x',
    });
    expect(await readAssignments(system)).toEqual({ valid: [], mistaken: [] });
  });
});

test('names of owners are those of the machine', async () => {
  const accounts = {
    '/etc/passwd': 'root:x:0:0::/root:/bin/sh\npostgres:x:105:110::/var/lib/postgresql:/bin/sh\n',
    '/etc/group': 'root:x:0:\npostgres:x:110:\nbackup:x:34:\n',
  };
  const ownerOf = async (owner: string) => {
    const system = await machine({ ...accounts, [conf('pg')]: `SERIAL=a\nPATH=/data\nOWNER=${owner}\n` });
    return (await readAssignments(system)).valid[0]?.owner;
  };
  expect(await ownerOf('postgres')).toEqual({ uid: 105, gid: 110 });
  expect(await ownerOf('postgres:backup')).toEqual({ uid: 105, gid: 34 });
  expect(await ownerOf('4000:34')).toEqual({ uid: 4000, gid: 34 });
  expect(await ownerOf('4000')).toEqual({ uid: 4000, gid: 4000 });
  expect(await ownerOf('postgres:nobody-here')).toBeUndefined();
});
