import { describe, expect, test } from 'vitest';
import { AgentError } from '../../../../../src/core/error/agent-error.ts';
import { readBlockDevices } from '../../../../../src/provision/image/block-device/block-devices.ts';
import { placeOf, placePartitions } from '../../../../../src/provision/image/block-device/layout.ts';
import { silentJournal } from '../../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../../src/core/system/system.ts';
import { requireLvm } from '../../../../../src/provision/image/loop/make-volumes.ts';
import { lvmWords, readSegments, type Segment } from '../../../../../src/provision/image/loop/lvm-words.ts';
import { placeVolumes } from '../../../../../src/provision/image/loop/place-volumes.ts';
import { refuseUnmakeable } from '../../../../../src/provision/image/output/file-system-makers.ts';
import { refusalOf } from '../refusal-of.ts';

const mebibyte = 1024 ** 2;

describe('a description with LVM', () => {
  test.each([
    ['no-files', 'l', '{name: root, base: g, size: 1GiB}', false],
    ['thin', 'pool', '{name: root, base: g, size: 1GiB}, {name: pool, base: g, extents: 50%VG, type: thin-pool}', true],
    [
      'thin',
      'root',
      '{name: root, base: g, size: 1GiB, thin-pool: pool}, {name: pool, base: g, extents: 50%VG, type: thin-pool}',
      true,
    ],
  ] as const)('is refused with block-device.%s at %s: %s, with --loop %s', (problem, subject, volumes, usesLoops) => {
    expect(refusalOf(() => refuseUnmakeable(read(volumes), usesLoops))).toMatchObject({
      code: `block-device.${problem}`,
      subject,
      exitCode: 3,
      remedy: expect.stringMatching(/--loop|thin-pool/),
    });
  });

  test('is refused on a disk without partitions, which the LVM of the host would take', () => {
    const text =
      '- local_loop: {name: d}\n- lvm: {name: l, pvs: [{name: p, base: d}], vgs: [{name: g, base: [p]}], lvs: [{name: root, base: g, size: 1GiB}]}\n- mkfs: {name: m, base: root, type: ext4, mount: {mount_point: /}}';
    const devices = readBlockDevices(text, { fileSystem: 'ext4' });
    expect(refusalOf(() => refuseUnmakeable(devices, true))).toMatchObject({
      code: 'block-device.no-table',
      subject: 'p',
    });
  });

  test('is made with --loop', () => {
    expect(() => refuseUnmakeable(read('{name: root, base: g, size: 1GiB}'), true)).not.toThrow();
  });

  test('may name the kind of a volume, and words for each of the three tools', () => {
    const { nodes } = read('{name: root, base: g, extents: 100%FREE, type: raid1, options: -m 1}');
    expect(nodes.find(({ name }) => name === 'root')).toEqual({
      kind: 'logical-volume',
      name: 'root',
      bases: ['g'],
      group: 'g',
      size: { extents: '100%FREE' },
      isThin: false,
      options: ['--type', 'raid1', '-m', '1'],
    });
  });

  test.each(['-rf', 'a/b', '..', 'a b'])('has no volume of the name %j', (name) => {
    expect(refusalOf(() => read(`{name: ${JSON.stringify(name)}, base: g, size: 1GiB}`, name)).code).toBe(
      'block-device.lvm',
    );
  });
});

describe('lvm', () => {
  const failing = (code: string) => ({
    run: () => Promise.reject(new AgentError('it failed', { code, subject: 'lvm', remedy: 'none' })),
  });

  test.each([
    ['process.missing', 'block-device.no-lvm'],
    ['process.failed', 'process.failed'],
  ])('is asked for before the build: %s is %s', async (code, told) => {
    const processes = { ...openSystem('/', silentJournal).processes, ...failing(code) };
    await expect(requireLvm({ processes })).rejects.toMatchObject({ code: told });
  });

  test('knows the devices of the build only, and neither device-mapper nor the host', () => {
    const words = lvmWords('/work/lvm', ['/dev/loop1', '/dev/loop2'], 'pvcreate', ['/dev/loop1']);
    expect(words.slice(0, 4)).toEqual(['pvcreate', '--driverloaded', 'n', '--config']);
    expect(words[4]).toContain(' filter=["a|^/dev/loop1$|","a|^/dev/loop2$|","r|.*|"]');
    expect(words[4]).toContain('locking_dir="/work/lvm"');
    expect(words.at(-1)).toBe('/dev/loop1');
  });

  test('says which pieces volumes have, and free room is none', async () => {
    const common = { pv_name: '/dev/loop1', pe_start: '1048576', vg_name: 'g', vg_extent_size: '4194304' };
    const segments = [
      { ...common, lv_name: 'root', segtype: 'linear', seg_start: '0', pvseg_start: '2', pvseg_size: '25' },
      { ...common, lv_name: '', segtype: 'free', seg_start: '', pvseg_start: '27', pvseg_size: '20' },
    ];
    expect(await readSegments(async () => JSON.stringify({ report: [{ pvseg: segments }] }))).toEqual([
      {
        device: '/dev/loop1',
        group: 'g',
        volume: 'root',
        kind: 'linear',
        start: 0,
        offset: 1048576 + 2 * 4194304,
        bytes: 25 * 4194304,
      },
    ]);
  });
});

describe('a logical volume', () => {
  const piece: Segment = {
    device: '/dev/loop1',
    group: 'g',
    volume: 'root',
    kind: 'linear',
    start: 0,
    offset: 8 * mebibyte,
    bytes: 64 * mebibyte,
  };
  const next = { ...piece, start: 64 * mebibyte, offset: 72 * mebibyte };

  test('lies where its pieces lie one after another', () => {
    expect(placeOf(placed([next, piece]), 'root')).toMatchObject({ offset: 9 * mebibyte, bytes: 128 * mebibyte });
  });

  test.each([
    ['no piece', []],
    ['a gap', [piece, { ...next, offset: 80 * mebibyte }]],
    ['a piece on another disk', [piece, { ...next, device: '/dev/loop2' }]],
    ['stripes', [{ ...piece, kind: 'striped' }]],
    ['no beginning', [next]],
    ['pieces of another group only', [{ ...piece, group: 'h' }]],
  ])('that has %s is refused', (_, segments) => {
    expect(refusalOf(() => placed(segments))).toMatchObject({ code: 'block-device.volume', subject: 'root' });
  });

  test('has no place before LVM has made it', () => {
    const layouts = placePartitions(read('{name: root, base: g, size: 1GiB}'), 4096 * mebibyte);
    expect(refusalOf(() => placeOf(layouts, 'root')).code).toBe('block-device.no-place');
  });

  function placed(segments: readonly Segment[]) {
    const { nodes, tables, ...rest } = read('{name: root, base: g, size: 1GiB}');
    const layouts = placePartitions({ nodes, tables, ...rest }, 4096 * mebibyte);
    const volume = nodes.find((node) => node.kind === 'physical-volume');
    if (volume === undefined) throw new Error('no physical volume was read');
    const device = { volume, place: placeOf(layouts, volume.device), device: '/dev/loop1' };
    return placeVolumes(nodes, layouts, [device], segments);
  }
});

/** A disk whose one partition holds the group `g`, with the root file system on one of its volumes. */
function read(volumes: string, root = 'root') {
  return readBlockDevices(
    `- local_loop: {name: d}
- partitioning: {base: d, label: gpt, name: t, partitions: [{name: part, size: 100%, type: '8E00'}]}
- lvm: {name: l, pvs: [{name: p, base: part}], vgs: [{name: g, base: [p]}], lvs: [${volumes}]}
- mkfs: {name: m, base: ${JSON.stringify(root)}, type: ext4, mount: {mount_point: /}}`,
    { fileSystem: 'ext4' },
  );
}
