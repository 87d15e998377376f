import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { requirePrograms } from '../agent/action/loop-disk.ts';

const hook = 'kernel/gandi-decompress-kernel';
const version = '6.1.0-test';

const packers = { lz4: ['lz4', ['-l', '-c']], zstd: ['zstd', ['-c']], gzip: ['gzip', ['-c']] } as const;
type Packer = keyof typeof packers;

beforeEach((context) => requirePrograms(context, { lz4: 'lz4', zstd: 'zstd' }));

/** A real ELF file stands for the kernel. */
const kernel = readFileSync(process.execPath).subarray(0, 300_000);

interface Machine {
  readonly root: string;
  readonly image: string;
  run(path?: string): { status: number | null; stderr: string };
}

/** A Xen guest whose /boot holds one kernel. */
function machine(image: Uint8Array, hypervisor = 'xen'): Machine {
  const root = mkdtempSync(join(tmpdir(), 'kernel-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['boot', 'sys/hypervisor', 'sys/firmware', 'etc/default'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'sys/hypervisor/type'), `${hypervisor}\n`);
  const path = join(root, `boot/vmlinuz-${version}`);
  writeFileSync(path, image);
  chmodSync(path, 0o640);
  const run = (named?: string) =>
    spawnSync(hook, named === undefined ? [version] : [version, named], {
      env: { ...process.env, DPKG_ROOT: root },
      encoding: 'utf8',
    });
  return { root, image: path, run };
}

/** A bzImage as Documentation/arch/x86/boot.rst has it: four setup sectors, then some code, then the packed kernel and its size. */
function bzImage(packer: Packer, content: Uint8Array = kernel, statedSize = content.length): Buffer {
  const [tool, args] = packers[packer];
  const packed = execFileSync(tool, args, { input: content, maxBuffer: 64 * 1024 ** 2 });
  const setup = Buffer.alloc(5 * 512);
  setup[497] = 4;
  setup.write('HdrS', 514, 'latin1');
  setup.writeUInt32LE(1000, 584);
  setup.writeUInt32LE(packed.length + 4, 588);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(statedSize);
  return Buffer.concat([setup, Buffer.alloc(1000, 0x90), packed, size, Buffer.alloc(700, 0xcc)]);
}

describe.each(['lz4', 'zstd'] as const)('a kernel packed with %s', (packer) => {
  test('is unpacked in its place, with its mode', () => {
    const { image, run } = machine(bzImage(packer));
    expect(run()).toMatchObject({ status: 0 });
    expect(readFileSync(image).equals(kernel)).toBe(true);
    expect(lstatSync(image).mode & 0o777).toBe(0o640);
  });

  test('is unpacked once: what is unpacked is left as it is', () => {
    const { image, root, run } = machine(bzImage(packer));
    run();
    expect(run(image)).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(root, 'boot'))).toEqual([`vmlinuz-${version}`]);
  });

  test.each([
    ['cut off', (whole: Buffer) => whole.subarray(0, whole.length - 20_000)],
    [
      'damaged',
      (whole: Buffer) => Buffer.concat([whole.subarray(0, 9000), Buffer.alloc(9000), whole.subarray(18_000)]),
    ],
  ])('D15: %s, is left as it is, and the installation fails', (_, spoil) => {
    const spoiled = spoil(bzImage(packer));
    const { image, root, run } = machine(spoiled);
    expect(run().status).not.toBe(0);
    expect(readFileSync(image).equals(spoiled)).toBe(true);
    expect(readdirSync(join(root, 'boot'))).toEqual([`vmlinuz-${version}`]);
  });
});

test.each([
  ['of another size than it says', () => bzImage('zstd', kernel, kernel.length + 1), 'size'],
  ['no ELF file', () => bzImage('zstd', Buffer.alloc(5000, 7)), 'ELF'],
])('D15: what comes out is %s: the image is left as it is', (_, make, message) => {
  const packed = make();
  const { image, run } = machine(packed);
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
  expect(readFileSync(image).equals(packed)).toBe(true);
});

/** What is not a business of the hook: nothing is changed, nothing said, and the installation goes on. */
const leftAlone: ReadonlyArray<readonly [string, () => Machine]> = [
  ['a kernel packed with gzip, which the boot loader reads', () => machine(bzImage('gzip'))],
  ['a file that is not a kernel', () => machine(Buffer.alloc(10_000, 1))],
  ['D15: a guest whose boot loader is another', () => machine(bzImage('zstd'), 'kvm')],
  ['D15: a guest with UEFI, where the signature counts', () => withFile('sys/firmware/efi/', '')],
  ['a guest whose admin said no', () => withFile('etc/default/gandi', 'CONFIG_DECOMPRESS_KERNEL=0 # mine\n')],
];

test.each(leftAlone)('%s is left alone', (_, make) => {
  const { image, run } = make();
  const before = readFileSync(image);
  expect(run()).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(image).equals(before)).toBe(true);
});

test('D15: an image that is named but missing, or a link, changes nothing', () => {
  const { root, image, run } = machine(bzImage('zstd'));
  symlinkSync(image, join(root, 'boot/vmlinuz'));
  expect(run(join(root, 'boot/vmlinuz'))).toMatchObject({ status: 0 });
  expect(run(join(root, 'boot/missing'))).toMatchObject({ status: 0 });
  expect(lstatSync(join(root, 'boot/vmlinuz')).isSymbolicLink()).toBe(true);
});

function withFile(path: string, content: string): Machine {
  const guest = machine(bzImage('zstd'));
  if (path.endsWith('/')) mkdirSync(join(guest.root, path), { recursive: true });
  else writeFileSync(join(guest.root, path), content);
  return guest;
}
