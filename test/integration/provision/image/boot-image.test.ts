import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { bootImage } from '../../../../src/provision/image/boot-test/boot-image.ts';

const system = openSystem('/', silentJournal);
const minute = 60_000;

/**
 * A first sector that writes a text to the first serial port, as soon as each character fits, and powers the machine off by
 * the ACPI port of QEMU's q35.
 */
const program = [
  ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0xbe, 0x29, 0x7c],
  ...[0xac, 0x84, 0xc0, 0x74, 0x12, 0x88, 0xc4, 0xba, 0xfd, 0x03, 0xec, 0xa8, 0x20, 0x74, 0xfb],
  ...[0x88, 0xe0, 0xba, 0xf8, 0x03, 0xee, 0xeb, 0xe9],
  ...[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4, 0xeb, 0xfd],
];

let folder: string;
beforeEach(async (context) => {
  if (!existsSync('/usr/bin/qemu-system-x86_64')) context.skip('there is no qemu-system-x86_64');
  folder = await mkdtemp(join(tmpdir(), 'gandi-boot-image-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function boot(text: string) {
  const sector = Buffer.alloc(1024 * 1024);
  sector.set(program);
  sector.write(text, program.length);
  sector.set([0x55, 0xaa], 510);
  const image = join(folder, 'image.raw');
  await writeFile(image, sector);
  const request = {
    image,
    format: 'raw',
    firmware: 'bios',
    memoryMiB: 64,
    seconds: 120,
    description: { kind: 'nocloud' },
  } as const;
  return bootImage({ ...request, folder: join(folder, 'work') }, system);
}

test('a guest starts from its own first sector, and its report is read when it has powered off', {
  timeout: 3 * minute,
}, async () => {
  const { report, seconds } = await boot('\r\n@@gandi-image-test begin\r\n{"a":\r\n1}\r\n@@gandi-image-test end 3\r\n');
  expect(report).toEqual({ status: 3, text: '{"a":\n1}' });
  expect(seconds).toBeGreaterThan(0);
});

test('a guest that powers off without a report is told with its last lines', { timeout: 3 * minute }, async () => {
  await expect(boot('no agent here\r\n')).rejects.toMatchObject({
    code: 'image-test.no-report',
    message: expect.stringContaining('no agent here'),
  });
});
