import { expect, test } from 'vitest';
import { observeBlockDevices } from '../../../../src/core/block-device/block-devices.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../../agent/facts/fake-machine.ts';

async function observe(tree: Tree) {
  const devices = await observeBlockDevices(await fakeMachine(tree));
  return new Map(devices.map((device) => [device.name, device]));
}

const bus = (name: string, subsystem = `bus/${name}`): Tree => ({
  'device/subsystem': `->../../../../../${subsystem}`,
});

test('a virtio-blk disk: the serial has no line feed, sizes count 512 bytes', async () => {
  const tree = sysfsDevice(
    '/sys/block/vdb',
    { dev: '254:16', size: '1048576', ro: '0', removable: '0', diskseq: '12', 'device/vendor': '0x1af4' },
    { ...bus('virtio'), serial: 'gandiswap', 'holders/.keep': '' },
  );
  expect((await observe(tree)).get('vdb')).toMatchObject({
    path: '/dev/vdb',
    majorMinor: '254:16',
    sizeBytes: 512 * 1024 ** 2,
    readOnly: false,
    removable: false,
    isCdRom: false,
    diskSequence: 12,
    serial: 'gandiswap',
    bus: 'virtio',
    partition: null,
    parent: null,
    partitions: [],
  });
});

test('a SCSI disk: serial from page 0x80 without its header and padding, vendor without padding', async () => {
  const page = Buffer.concat([Buffer.from([0, 0x80, 0, 12]), Buffer.from('gandiswap   beyond the length')]);
  const tree = sysfsDevice(
    '/sys/block/sda',
    { dev: '8:0', size: '2048', 'device/vendor': 'gandi.ne', ro: '1' },
    { ...bus('scsi'), 'device/vpd_pg80': page },
  );
  expect((await observe(tree)).get('sda')).toMatchObject({
    serial: 'gandiswap',
    vendor: 'gandi.ne',
    bus: 'scsi',
    readOnly: true,
    diskSequence: null,
  });
});

test.each([
  ['sr0', '5', 'scsi', true],
  ['sr0', '0', 'scsi', false],
  ['sda', '5', 'scsi', false],
  ['sr0', '5', 'virtio', false],
])('%s of SCSI type %s on %s: a CD-ROM is %s', async (name, type, subsystem, isCdRom) => {
  const tree = sysfsDevice(`/sys/block/${name}`, { dev: '11:0', size: '8', 'device/type': type }, bus(subsystem));
  expect((await observe(tree)).get(name)?.isCdRom).toBe(isCdRom);
});

test.each([
  ['a short page', Buffer.from([0, 0x80])],
  ['a page without a serial', Buffer.from([0, 0x80, 0, 0])],
  ['a page of spaces', Buffer.from('\0\u0080\0\u0004    ', 'latin1')],
])('a SCSI disk: %s is not a serial', async (_, page) => {
  const tree = sysfsDevice('/sys/block/sda', { dev: '8:0', size: '8' }, { ...bus('scsi'), 'device/vpd_pg80': page });
  expect((await observe(tree)).get('sda')?.serial).toBeNull();
});

test.each(['class/nvme', 'class/nvme-subsystem'])(
  'an NVMe disk behind %s: serial without its padding',
  async (place) => {
    const tree = sysfsDevice(
      '/sys/block/nvme0n1',
      { dev: '259:0', size: '8', 'device/serial': 'gandiswap           ' },
      bus('nvme', place),
    );
    expect((await observe(tree)).get('nvme0n1')).toMatchObject({ bus: 'nvme', serial: 'gandiswap' });
  },
);

test('a disk of 0 bytes is left out, and is there for those who ask for it', async () => {
  const system = await fakeMachine(sysfsDevice('/sys/block/sda', { dev: '8:0', size: '0' }, bus('scsi')));
  expect(await observeBlockDevices(system)).toEqual([]);
  expect(await observeBlockDevices(system, true)).toMatchObject([{ name: 'sda', sizeBytes: 0 }]);
});

test('a hidden path of a multipath NVMe disk is left out', async () => {
  const tree = sysfsDevice('/sys/block/nvme0c0n1', { dev: '259:1', size: '8', hidden: '1' });
  expect([...(await observe(tree)).keys()]).toEqual([]);
});

test('partitions: by number, with name and parent, and the identity of their disk', async () => {
  const tree = {
    ...sysfsDevice('/sys/block/xvdz', { dev: '202:0', size: '99999', diskseq: '3', ro: '0' }, bus('xen')),
    ...sysfsDevice('/sys/block/xvdz/xvdz10', {
      dev: '202:10',
      size: '8',
      start: '4096',
      partition: '10',
      uevent: 'MAJOR=202\nPARTN=10\nPARTNAME=gandiswap',
    }),
    ...sysfsDevice('/sys/block/xvdz/xvdz2', {
      dev: '202:2',
      size: '8',
      start: '2048',
      partition: '2',
      uevent: 'PARTN=2\nPARTUUID=0d3e\nPARTNAME=a name',
    }),
    ...sysfsDevice('/sys/block/xvdz/xvdz2/holders/dm-0', { dev: '253:0' }),
    ...sysfsDevice('/sys/block/xvdz/queue', { partition: '1' }),
  };
  const devices = await observe(tree);
  expect([...devices.keys()]).toEqual(['xvdz', 'xvdz2', 'xvdz10']);
  expect(devices.get('xvdz')?.partitions).toEqual(['xvdz2', 'xvdz10']);
  expect(devices.get('xvdz10')).toMatchObject({
    parent: 'xvdz',
    bus: 'xen',
    diskSequence: 3,
    partition: { number: 10, startBytes: 4096 * 512, name: 'gandiswap', uuid: null },
    holders: [],
  });
  expect(devices.get('xvdz2')).toMatchObject({ partition: { name: 'a name', uuid: '0d3e' }, holders: ['dm-0'] });
});

test('a name with a slash, as sysfs and /dev write it', async () => {
  const devices = await observe(sysfsDevice('/sys/block/cciss!c0d0', { dev: '104:0', size: '8' }));
  expect(devices.get('cciss!c0d0')?.path).toBe('/dev/cciss/c0d0');
});

test('links: those that bus, serial and DISKSEQ give; not those that the content gives (D6)', async () => {
  const tree = {
    ...sysfsDevice('/sys/block/vdb', { dev: '254:16', size: '8' }),
    '/dev/disk/by-path/pci-0000:00:05.0': '->../../vdb',
    '/dev/disk/by-id/virtio-gandiswap': '->../../vdb',
    '/dev/disk/by-label/swap': '->../../vdb',
    '/dev/disk/by-partlabel/gandiswap': '->../../vdb',
    '/dev/disk/by-uuid/1234': '->../../vdb',
  };
  expect((await observe(tree)).get('vdb')?.links).toEqual([
    '/dev/disk/by-id/virtio-gandiswap',
    '/dev/disk/by-path/pci-0000:00:05.0',
  ]);
});

test('a device-mapper device has the name that mounts show', async () => {
  const devices = await observe(sysfsDevice('/sys/block/dm-0', { dev: '253:0', size: '8', 'dm/name': 'vg-root' }));
  expect(devices.get('dm-0')?.links).toEqual(['/dev/mapper/vg-root']);
});

test('a device that goes while it is looked at is left out', async () => {
  expect([...(await observe({ '/sys/block/vdb/size': '8\n' })).keys()]).toEqual([]);
});

const diskTree = (numbers: { diskseq: string; ro: string; size: string }): Tree => ({
  ...sysfsDevice('/sys/block/sdb', { dev: '8:16', 'device/vendor': 'gandi.ne', ...numbers }, bus('scsi')),
  ...sysfsDevice('/sys/block/sdb/sdb1', {
    dev: '8:17',
    size: numbers.size,
    partition: '1',
    start: '8',
    ro: numbers.ro,
  }),
});

/** The first machine until a file or folder was looked at so many times, then the other. */
async function changingAfter(
  looks: number,
  first: System,
  other: System,
): Promise<{ system: System; changed: boolean }> {
  let left = looks;
  const now = () => (left-- > 0 ? first.files : other.files);
  const files: System['files'] = {
    ...first.files,
    read: (path) => now().read(path),
    list: (path) => now().list(path),
    linkTarget: (path) => now().linkTarget(path),
    open: (path, flags) => now().open(path, flags),
  };
  return {
    system: { ...first, files },
    get changed() {
      return left < 0;
    },
  };
}

test.each([
  ['goes', {}],
  ['gives its name to another', diskTree({ diskseq: '5', ro: '0', size: '4096' })],
])('a disk that %s between any two looks is never seen with a part of what it was', async (_, tree) => {
  const first = await fakeMachine(diskTree({ diskseq: '4', ro: '1', size: '2048' }));
  const other = await fakeMachine(tree);
  const whole = [await observeBlockDevices(first), await observeBlockDevices(other), []];
  for (let looks = 0; ; looks += 1) {
    const machine = await changingAfter(looks, first, other);
    expect(whole).toContainEqual(await observeBlockDevices(machine.system));
    if (!machine.changed) return expect(looks).toBeGreaterThan(20);
  }
});
