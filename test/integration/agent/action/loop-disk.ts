import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { onTestFinished, type TestContext } from 'vitest';
import type { PayloadLocation } from '../../../../src/core/payload/payload-location.ts';
import { type AppliedRecord, appliedRecordPath } from '../../../../src/agent/swap-disk/applied-record.ts';
import { flagFiles } from '../../../../src/agent/flags/read-flags.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

export const payloadOffset = 512 * 1024;
const mebibyte = 1024 ** 2;

/** A real block device over a sparse file: written through either, seen through both once it is attached. */
export interface LoopDisk {
  readonly name: string;
  readonly path: string;
  readonly image: string;
  /** Of the attachment: every `losetup` counts on. */
  diskSequence(): number;
  /** sha256 of all its bytes, as a reader of the device sees them. */
  digest(): Promise<string>;
  /** Detaches it and attaches the image again at the same name. */
  attachAnew(): void;
  /** Detaches it and removes the image before the test ends, which does it otherwise. */
  discard(): void;
}

/** Skips the test, with the reason in the report, unless it runs as root and the programs are there. */
export function requirePrograms(
  context: Pick<TestContext, 'skip'>,
  packages: Readonly<Record<string, string>> = {},
): void {
  if (process.getuid?.() !== 0) context.skip('needs root, for loop devices');
  for (const [program, name] of Object.entries(packages)) {
    if (spawnSync('which', [program]).status !== 0) context.skip(`needs ${program}, of the package ${name}`);
  }
}

/** @param prepare puts on the device what the test is about */
export function attachLoopDisk(prepare: (device: string) => void = () => {}, sizeMebibytes = 64): LoopDisk {
  const folder = mkdtempSync(join(tmpdir(), 'loop-disk-'));
  const image = join(folder, 'image');
  closeSync(openSync(image, 'w', 0o600));
  truncateSync(image, sizeMebibytes * mebibyte);
  const path = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  let isThere = true;
  const discard = () => {
    // Once: the name may be another test's by now.
    if (isThere) spawnSync('losetup', ['--detach', path]);
    if (isThere) rmSync(folder, { recursive: true });
    isThere = false;
  };
  onTestFinished(discard);
  // The kernel keeps partitions that partx(8) added to a loop device for the one who attaches it next.
  spawnSync('partx', ['--delete', path]);
  prepare(path);
  const name = basename(path);
  return {
    name,
    path,
    image,
    diskSequence: () => Number(readFileSync(`/sys/block/${name}/diskseq`, 'utf8')),
    digest: async () => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path, { highWaterMark: 4 * mebibyte }), hash);
      return hash.digest('hex');
    },
    attachAnew: () => {
      execFileSync('losetup', ['--detach', path]);
      attachAt(path, image);
    },
    discard,
  };
}

/** Another test may have been given the device meanwhile: then it is this one's once that is done. */
function attachAt(path: string, image: string): void {
  const end = performance.now() + mostSecondsToBeFree * 1000;
  while (spawnSync('losetup', [path, image]).status !== 0) {
    if (performance.now() > end) throw new Error(`${path} was not free again within ${mostSecondsToBeFree} s`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

const mostSecondsToBeFree = 60;

/**
 * A GPT with one partition from 1 MiB on, and the node that the kernel makes for it.
 * @returns with files for `machineWith`: partx(8) cannot tell the kernel the partition's name, and not every kernel reads
 *   the GPT of a loop device itself
 */
export function attachPartitionedDisk(partitionName: string): LoopDisk & { readonly files: Record<string, string> } {
  const disk = attachLoopDisk((device) => {
    execFileSync('sgdisk', ['--new=1:2048:+40M', `--change-name=1:${partitionName}`, device], { stdio: 'pipe' });
  });
  execFileSync('partx', ['--add', disk.path]);
  onTestFinished(() => void spawnSync('partx', ['--delete', disk.path]));
  const uevent = `/sys/block/${disk.name}/${disk.name}p1/uevent`;
  return { ...disk, files: { [uevent]: `${readFileSync(uevent, 'utf8')}PARTNAME=${partitionName}\n` } };
}

export function writeAt(path: string, offset: number, bytes: Uint8Array | string): void {
  const file = openSync(path, 'r+');
  const buffer = Buffer.from(bytes);
  writeSync(file, buffer, 0, buffer.length, offset);
  fsyncSync(file);
  closeSync(file);
}

export function readAt(path: string, offset: number, length: number): Buffer {
  return readFileSync(path).subarray(offset, offset + length);
}

/** A payload as the platform writes it, made by the machine's own tar; `gandi/config` holds the text. */
export function makePayload(configText = '{"vm_hostname":"web1"}', padding = 0): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'payload-'));
  try {
    execFileSync('mkdir', [join(folder, 'gandi')]);
    const file = openSync(join(folder, 'gandi/config'), 'w');
    writeSync(file, configText + ' '.repeat(padding));
    closeSync(file);
    return execFileSync('tar', ['-C', folder, '-c', 'gandi/config'], { maxBuffer: 64 * mebibyte });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where a payload lies on an attached disk. Loop devices have no serial: DISKSEQ alone is their identity. */
export function locationOf(disk: LoopDisk, payload: Uint8Array): PayloadLocation {
  return {
    disk: disk.name,
    diskSequence: disk.diskSequence(),
    serial: null,
    offset: payloadOffset,
    length: payload.length,
    digest: createHash('sha256').update(payload).digest('hex'),
  };
}

export interface MachineFiles {
  /** CONFIG_SWAP_DEVICE. No loop device is designated by anything else. */
  readonly swapDevice?: string;
  readonly record?: AppliedRecord;
  /** More files that are the test's, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** This machine, with its own devices and tools; only the flags, the record of what was applied and `files` are the test's. */
export function machineWith({ swapDevice = '', record, files = {} }: MachineFiles): System {
  const system = openSystem('/', openJournal('error'));
  const read = async (path: string) => {
    if (path === flagFiles[0]) return `CONFIG_SWAP_DEVICE="${swapDevice}"\n`;
    if (path === appliedRecordPath) return record === undefined ? undefined : JSON.stringify(record);
    return files[path] ?? system.files.read(path);
  };
  return { ...system, journal: openJournal('error'), files: { ...system.files, read } };
}

export function recordOf(payload: PayloadLocation, consumed = false): AppliedRecord {
  return { version: 1, payload, consumed, appliedAt: '2026-01-01T00:00:00.000Z' };
}
