import { describe, expect, test } from 'vitest';
import { readDiskRecords, writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { findMountElsewhere } from '../../../../src/agent/disk/find-mount-elsewhere.ts';
import { lookElsewhereKind, requireNotElsewhereKind } from '../../../../src/agent/disk/look-elsewhere.ts';
import { observeElsewhere } from '../../../../src/agent/disk/observe-elsewhere.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { elsewhere as mount, record } from './disk-example.ts';
import { mmpBlockWith, sequences, superblockWith } from './mmp-example.ts';

interface Machine {
  readonly system: System;
  /** Seconds since boot, as sleeps moved it on. */
  readonly seconds: () => number;
  readonly ran: string[];
}

/**
 * A machine with one disk.
 * @param blocks what its MMP block says, look by look; the last one stays
 * @param superblock what is at its start
 */
async function machineWith(blocks: readonly Buffer[], superblock = superblockWith()): Promise<Machine> {
  const machine = await fakeMachine({ '/sys/block/sdb/diskseq': '7\n', '/sys/class/block/sdb/diskseq': '7\n' });
  let seconds = 100;
  let looks = 0;
  const ran: string[] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    ran.push(tool);
    const block = args.includes('skip=0') ? superblock : blocks[Math.min(looks++, blocks.length - 1)];
    return { exitCode: 0, stdout: block?.toString('latin1') ?? '', stderr: '' };
  };
  const sleep = async (more: number) => {
    seconds += more;
  };
  const clock = { ...machine.clock, monotonic: () => seconds, sleep };
  const system = { ...machine, clock, processes: { ...machine.processes, run } };
  return { system, seconds: () => seconds, ran };
}

const held = (sequence: number) => mmpBlockWith(sequence);
const clean = held(sequences.clean);
const meant = { device: '/dev/sdb', disk: '/dev/sdb', diskSequence: 7 };

describe('who has it', () => {
  test.each([
    ['an ext4 without MMP', [], superblockWith({ incompat: 0x2c2 })],
    ['one that says clean', [clean], superblockWith()],
  ])('nobody, of %s, and nothing is waited for', async (_, blocks, superblock) => {
    const { system, seconds } = await machineWith(blocks, superblock);
    expect(await findMountElsewhere(system, '/dev/sdb')).toBeUndefined();
    expect(seconds()).toBe(100);
  });

  test('another machine, once the sequence changes while we wait', async () => {
    const { system, seconds } = await machineWith([held(5), held(5), held(5), held(6)]);
    expect(await findMountElsewhere(system, '/dev/sdb')).toMatchObject({ state: 'held', sequence: 6, node: 'web-1' });
    expect(seconds()).toBe(103);
  });

  test('nobody, where the sequence stays: that machine lost its power', async () => {
    const { system, seconds } = await machineWith([held(5)]);
    expect(await findMountElsewhere(system, '/dev/sdb')).toBeUndefined();
    expect(seconds()).toBe(122);
  });

  test('nobody, where it was let go of while we wait', async () => {
    const { system } = await machineWith([held(5), clean]);
    expect(await findMountElsewhere(system, '/dev/sdb')).toBeUndefined();
  });

  test('nobody else, where this machine has it: the block is its own then', async () => {
    const { system } = await machineWith([held(sequences.checked)]);
    const busy = Object.assign(new Error('busy'), { code: 'EBUSY' });
    const files = { ...system.files, open: () => Promise.reject(busy) };
    expect(await findMountElsewhere({ ...system, files }, '/dev/sdb')).toBeUndefined();
  });

  test('e2fsck, at once: its sequence never changes', async () => {
    const { system, seconds } = await machineWith([held(sequences.checked)]);
    expect(await findMountElsewhere(system, '/dev/sdb')).toMatchObject({ state: 'checked' });
    expect(seconds()).toBe(100);
  });

  test.each([
    ['no MMP block', superblockWith()],
    ['no superblock', Buffer.alloc(4096)],
  ])('nobody can say, where there is %s', async (_, superblock) => {
    const { system } = await machineWith([Buffer.alloc(4096)], superblock);
    const code = 'file-system.mmp-unreadable';
    await expect(findMountElsewhere(system, '/dev/sdb')).rejects.toMatchObject({ code, subject: '/dev/sdb' });
  });
});

describe('what is begun with it', () => {
  const { note: _, ...plain } = record;
  const untouched = { ...plain, mountPoint: null, note: '' };
  const refused = {
    ...{ key: 'sdb@7', mountPoint: null, isBeingMounted: false, refusal: 'mounted-elsewhere' },
    note: 'left alone: another machine has it mounted ("web-1", as sdb), as its MMP block says',
  };

  test('ends where another machine has it, and that goes on record', async () => {
    const { system } = await machineWith([held(5), held(6)]);
    const action = { kind: 'require-not-elsewhere', ...meant, untouched } as const;
    await expect(requireNotElsewhereKind.apply(action, system)).rejects.toMatchObject({
      ...{ code: 'disk.mounted-elsewhere', subject: '/dev/sdb', exitCode: 4 },
    });
    expect(await readDiskRecords(system)).toMatchObject([{ ...refused, mountedElsewhere: { sequence: 6 } }]);
  });

  test('goes on where none has it', async () => {
    const { system } = await machineWith([clean]);
    await requireNotElsewhereKind.apply({ kind: 'require-not-elsewhere', ...meant, untouched }, system);
    expect(await readDiskRecords(system)).toEqual([]);
  });

  test('is not begun with another disk that has its name now', async () => {
    const { system, ran } = await machineWith([clean]);
    const action = { kind: 'require-not-elsewhere', ...meant, diskSequence: 6, untouched } as const;
    await expect(requireNotElsewhereKind.apply(action, system)).rejects.toMatchObject({ code: 'disk.replaced' });
    expect(ran).toEqual([]);
  });

  test('a look again keeps it refused, without an error', async () => {
    const { system } = await machineWith([held(5), held(6)]);
    await lookElsewhereKind.apply({ kind: 'look-elsewhere', ...meant, record: untouched }, system);
    expect(await readDiskRecords(system)).toMatchObject([
      { ...refused, mountedElsewhere: { sequence: 6, seenAt: 101 } },
    ]);
  });

  test('a look again lets it go, once the other machine has', async () => {
    const { system } = await machineWith([clean]);
    await writeDiskRecord(system, { ...untouched, mountedElsewhere: mount });
    const protectedRecord = {
      ...untouched,
      isSetReadOnly: true,
      refusal: 'mounted-elsewhere',
      mountedElsewhere: mount,
    };
    await lookElsewhereKind.apply({ kind: 'look-elsewhere', ...meant, record: protectedRecord }, system);
    expect(await readDiskRecords(system)).toMatchObject([
      { isSetReadOnly: true, refusal: null, mountedElsewhere: null, mountPoint: null },
    ]);
  });
});

describe('what is seen of a disk that another machine had', () => {
  const known = { ...record, mountPoint: null, mountedElsewhere: mount };
  const at = async (seconds: number, block: Buffer) => {
    const { system } = await machineWith([block]);
    await system.clock.sleep(seconds - 100);
    return observeElsewhere(system, known);
  };

  test.each([
    ['a moment later', 104, held(5), { mount, isFresh: true }],
    ['a moment later with another sequence', 104, held(9), { mount, isFresh: true }],
    ['with another sequence', 200, held(9), { mount, isFresh: false }],
    ['with the same sequence, before it must have changed', 115, held(5), { mount, isFresh: false }],
    ['with the same sequence, after it must have changed', 200, held(5), undefined],
    ['let go of', 110, clean, undefined],
    ['let go of at once', 102, clean, undefined],
    ['checked', 200, held(sequences.checked), { mount, isFresh: false }],
    ['not to be read', 200, Buffer.alloc(4096), { mount, isFresh: false }],
  ] as const)('%s', async (_, seconds, block, seen) => {
    expect(await at(seconds, block)).toEqual(seen);
  });

  test('nothing, of any other disk, and it is not read', async () => {
    const { system, ran } = await machineWith([held(5)]);
    expect(await observeElsewhere(system, record)).toBeUndefined();
    expect(await observeElsewhere(system, undefined)).toBeUndefined();
    expect(ran).toEqual([]);
  });
});
