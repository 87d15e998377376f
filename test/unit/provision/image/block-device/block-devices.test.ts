import { describe, expect, test } from 'vitest';
import { type AgentError, ExitCode } from '../../../../../src/core/error/agent-error.ts';
import { readBlockDevices, valuesOf } from '../../../../../src/provision/image/block-device/block-devices.ts';
import { fstabLines } from '../../../../../src/provision/image/block-device/fstab.ts';
import { imageKib } from '../../../../../src/provision/image/block-device/image-size.ts';
import { placeOf, placePartitions } from '../../../../../src/provision/image/block-device/layout.ts';
import {
  bareFileSystem,
  rootFileSystemOptions,
} from '../../../../../src/provision/image/block-device/root-parameters.ts';
import { sfdiskScript } from '../../../../../src/provision/image/block-device/sfdisk-script.ts';
import { refusalOf } from '../refusal-of.ts';

const gibibyte = 1024 ** 3;

describe('a description of block devices', () => {
  test('is one file system where nobody has another', () => {
    const devices = readBlockDevices(bareFileSystem, { fileSystem: 'ext4', label: 'own' });
    expect(fstabLines(devices)).toEqual(['LABEL=own / ext4 defaults 0 1']);
    expect(placePartitions(devices, gibibyte)).toEqual([
      { name: 'image0', bytes: gibibyte, sectorBytes: 512, table: null, volumes: [] },
    ]);
  });

  test('gives hooks the values of what is mounted', () => {
    const devices = read(
      table('gpt', ['{name: b, size: 100MiB, mkfs: {type: ext4, label: boot, mount: {mount_point: /boot}}}']),
    );
    expect(valuesOf(devices)).toEqual({
      rootLabel: 'top',
      rootFileSystem: 'ext4',
      bootLabel: 'boot',
      mountPoints: ['/boot', '/'],
    });
  });

  test('takes a key without a value for one that is not there', () => {
    const text =
      '- local_loop: {name: d, size: , block_size: "4096", mkfs: {name: m, type: ext4, label: , mount: {mount_point: /}}}';
    expect(valuesOf(read(text)).rootLabel).toBe('m');
    expect(placePartitions(read(text), gibibyte)[0]?.sectorBytes).toBe(4096);
  });

  test('has a thin volume wait for its pool', () => {
    const lvs = '[{name: thin, base: g, size: 1GiB, thin-pool: pool}, {name: pool, base: g, extents: 90%VG}]';
    const lvm = `- lvm: {name: l, pvs: [{name: p, base: d}], vgs: [{name: g, base: [p]}], lvs: ${lvs}}`;
    const text = `- local_loop: {name: d}\n${lvm}\n- mkfs: {name: m, base: thin, type: ext4, mount: {mount_point: /}}`;
    expect(read(text).order.map(({ name }) => name)).toEqual(['d', 'l', 'p', 'g', 'pool', 'thin', 'm', 'mount_m']);
  });

  test('knows where a partition lies on its disk', () => {
    const layouts = placePartitions(read(table('mbr', [])), gibibyte);
    expect(placeOf(layouts, 'root')).toMatchObject({ offset: 1024 ** 2, bytes: gibibyte - 2 * 1024 ** 2 });
  });

  test('tells every mistake at once, each with its place', () => {
    const refusal = refusalOfText(
      '- local_loop: {name: d, size: big}\n- mkfs: {name: m, base: d, type: xfs, label: longer-than-twelve}\n',
    );
    expect(refusal.message).toContain('big');
    expect(refusal.message).toContain('m: label longer-than-twelve is too long for xfs: 18 bytes, and 12 fit');
    expect(refusal.exitCode).toBe(ExitCode.badConfiguration);
  });

  test.each([
    [
      'a type that looks like a number of YAML',
      'gpt',
      '{name: v, size: 10MiB, type: 8e00}',
      'E6D6D379-F507-44C2-A23C-238F2A3DF928',
    ],
    [
      'a GUID',
      'gpt',
      '{name: v, size: 10MiB, type: c12a7328-f81f-11d2-ba4b-00a0c93ec93b}',
      'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
    ],
    ['a number with 0x', 'mbr', '{name: v, size: 10MiB, type: 0x0c, flags: [primary]}', 'c'],
  ] as const)('takes %s for the type of a partition', (_, label, partition, type) => {
    const [disk] = placePartitions(read(table(label, [partition])), gibibyte);
    expect(disk?.table?.partitions[0]?.type).toBe(type);
  });

  test.each([
    ['entry', '- mkfs: {name: m}\n  mount: {name: n}'],
    ['yaml', 'local_loop: {name: d}'],
    ['entry', '- local_loop: null'],
    ['entry', '- local_loop: {name: d, mkfs: null}'],
    ['yaml', '- [\n'],
    ['yaml', 'just words'],
    [
      'base',
      '- local_loop: {name: d, mkfs: {type: ext4, mount: {mount_point: /}}}\n- mount: {name: x, base: d, mount_point: /x}',
    ],
    [
      'base',
      '- local_loop: {name: d, mkfs: {type: ext4, mount: {mount_point: /}}}\n- mount: {name: x, base: nowhere, mount_point: /x}',
    ],
    [
      'used-twice',
      '- local_loop: {name: d, mkfs: {type: ext4, mount: {mount_point: /}}}\n- mkfs: {name: x, base: d, type: ext4, label: x}',
    ],
    ['swap', '- local_loop: {name: d, mkfs: {type: swap, mount: {mount_point: /}}}'],
    ['mount', '- local_loop: {name: d, mkfs: {type: ext4, mount: {mount_point: /../etc}}}'],
    ['mount', '- local_loop: {name: d, mkfs: {type: ext4, mount: {mount_point: data}}}'],
    ['mount', '- local_loop: {name: d, mkfs: {type: ext4}}'],
    ['label', '- local_loop: {name: d, mkfs: {type: ext4, label: "a\\tb", mount: {mount_point: /}}}'],
    ['type', table('gpt', ['{name: v, size: 10MiB, type: 1234}'])],
    ['type', table('mbr', ['{name: v, size: 10MiB, type: 100, flags: [primary]}'])],
    [
      'lvm',
      '- local_loop: {name: d}\n- lvm: {name: l, pvs: [{name: p, base: d}], vgs: [{name: g, base: [q]}], lvs: []}',
    ],
  ])('is refused with block-device.%s: %j', (problem, text) => {
    expect(refusalOfText(text).code).toBe(`block-device.${problem}`);
  });
});

describe('a table', () => {
  test.each([
    ['size', 'gpt', ['{name: v, size: 2GiB}']],
    ['size', 'gpt', ['{name: v, size: 100KiB}']],
    ['size', 'mbr', ['{name: v, size: much, flags: [primary]}']],
    ['partitions', 'mbr', ['a', 'b', 'c', 'd'].map((name) => `{name: ${name}, size: 1MiB, flags: [primary]}`)],
    ['partitions', 'mbr', ['{name: a, size: 1MiB}']],
  ] as const)('that does not fit is refused with block-device.%s: %s', (problem, label, partitions) => {
    const devices = read(table(label, partitions));
    expect(refusalOf(() => placePartitions(devices, gibibyte)).code).toBe(`block-device.${problem}`);
  });

  test('of kind GPT honours an alignment', () => {
    const devices = read(table('gpt', ['{name: v, size: 10MiB}'], 'align: 4MiB'));
    const starts = placePartitions(devices, gibibyte)[0]?.table?.partitions.map(({ start }) => start);
    expect(starts).toEqual([8192, 32768]);
  });

  test('is written by sfdisk from its script', () => {
    const [disk] = placePartitions(read(table('gpt', ['{name: "a \\"b\\"", size: 10MiB, type: EF02}'])), gibibyte);
    const script = disk && sfdiskScript(disk, { disk: 'D', partition: (number) => `P${number}` });
    expect(script?.split('\n')).toEqual([
      'label: gpt',
      'label-id: D',
      'unit: sectors',
      'first-lba: 34',
      '',
      '1 : start=2048, size=20480, type=21686148-6449-6E6F-744E-656564454649, uuid=P1, name="a _b_"',
      '2 : start=22528, size=2072576, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, uuid=P2, name="root"',
      '',
    ]);
  });
});

describe('the lines of fstab', () => {
  test('are one for each swap space', () => {
    const swap = (name: string) =>
      `{name: ${name}, size: 10MiB, type: '8200', mkfs: {type: swap, mount: {mount_point: swap, fstab: {}}}}`;
    expect(fstabLines(read(table('gpt', [swap('s1'), swap('s2')])))).toEqual([
      'LABEL=mkfs_s1 none swap sw 0 0',
      'LABEL=mkfs_s2 none swap sw 0 0',
    ]);
  });

  test('escape what would end a field', () => {
    const text =
      '- local_loop: {name: d, mkfs: {type: ext4, label: "a b", mount: {mount_point: "/my data", fstab: {}}}}';
    expect(fstabLines(read(text))).toEqual(['LABEL=a\\040b /my\\040data ext4 defaults 0 2']);
  });
});

describe('the size of an image', () => {
  const wishes = { journalMib: 64, rootFileSystem: 'ext4', isEfi: false };

  test.each([
    ['what is asked for, with a fraction', 600_000, { ...wishes, imageGib: 0.4 }, 419_456],
    ['the tree as 60 %, and the journal', 600_000, wishes, 1_000_000 + 65_536],
    ['the tree, what is to be free and the journal', 600_000, { ...wishes, extraMib: 100 }, 600_000 + 102_400 + 65_536],
    ['without a journal on xfs', 600_000, { ...wishes, rootFileSystem: 'xfs' }, 1_000_000],
    [
      'with a place for the system partition',
      600_000,
      { ...wishes, rootFileSystem: 'xfs', isEfi: true },
      1_000_000 + 525 * 1024,
    ],
  ])('is %s', (_, tree, asked, expected) => {
    expect(imageKib(tree, asked)).toBe(Math.ceil(expected / 64) * 64);
  });

  test('comes with options for mkfs', () => {
    const options = { fileSystem: 'ext4', journalMib: 8, maxOnlineResize: '1000', own: ['-m', '1'] };
    expect(rootFileSystemOptions(options)).toEqual(['-E', 'resize=1000', '-i', '4096', '-J', 'size=8', '-m', '1']);
    expect(rootFileSystemOptions({ ...options, fileSystem: 'xfs' })).toEqual(['-E', 'resize=1000', '-m', '1']);
  });
});

/** A disk with a table whose last partition is the root file system. */
function table(label: string, partitions: readonly string[], more = ''): string {
  const flags = label === 'mbr' ? ', flags: [primary]' : '';
  const root = `{name: root, size: 100%${flags}, mkfs: {type: ext4, label: top, mount: {mount_point: /}}}`;
  const list = [...partitions, root].map((partition) => `        - ${partition}\n`).join('');
  return `- local_loop:\n    name: disk\n    partitioning:\n      label: ${label}\n${more === '' ? '' : `      ${more}\n`}      partitions:\n${list}`;
}

function read(text: string) {
  return readBlockDevices(text, { fileSystem: 'ext4' });
}

function refusalOfText(text: string): AgentError {
  return refusalOf(() => read(text));
}
