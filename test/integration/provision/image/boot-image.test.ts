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

/** Addresses of the first two serial ports of a PC: the console, and that for reports. */
const ports = [0x3f8, 0x2f8];
const prologue = [0xfa, 0x31, 0xc0, 0x8e, 0xd8];
/** Writes the text at an address to a port, as soon as each character fits. */
const writing = (port: number, address: number) => [
  ...[
    0xbe,
    ...word(address),
    0xac,
    0x84,
    0xc0,
    0x74,
    0x12,
    0x88,
    0xc4,
    0xba,
    ...word(port + 5),
    0xec,
    0xa8,
    0x20,
    0x74,
    0xfb,
  ],
  ...[0x88, 0xe0, 0xba, ...word(port), 0xee, 0xeb, 0xe9],
];
/** By the ACPI port of QEMU's q35. */
const powerOff = [0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4, 0xeb, 0xfd];
const word = (value: number) => [value & 0xff, value >> 8];

/** A first sector that says one text on the console and another on the port for reports, and powers the machine off. */
function firstSector(texts: readonly [onConsole: string, onReportPort: string]): Buffer {
  const sector = Buffer.alloc(512);
  let end = prologue.length + ports.length * writing(0, 0).length + powerOff.length;
  const programs = ports.map((port, index) => {
    const program = writing(port, 0x7c00 + end);
    end += sector.write(texts[index] ?? '', end) + 1;
    return program;
  });
  sector.set([...prologue, ...programs.flat(), ...powerOff]);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

let folder: string;
beforeEach(async (context) => {
  if (!existsSync('/usr/bin/qemu-system-x86_64')) context.skip('there is no qemu-system-x86_64');
  folder = await mkdtemp(join(tmpdir(), 'gandi-boot-image-'));
});
afterEach(() => rm(folder, { recursive: true }));

function boot(...texts: readonly [onConsole: string, onReportPort: string]) {
  return bootSector(firstSector(texts), 120);
}

async function bootSector(sector: Buffer, seconds: number) {
  const image = join(folder, 'image.raw');
  await writeFile(image, Buffer.concat([sector, Buffer.alloc(1024 * 1024 - 512)]));
  const request = {
    image,
    format: 'raw',
    firmware: 'bios',
    memoryMiB: 64,
    seconds,
    description: { kind: 'nocloud' },
  } as const;
  return bootImage({ ...request, folder: join(folder, 'work') }, system);
}

test('a guest starts from its own first sector, and its report is read when it has powered off', {
  timeout: 3 * minute,
}, async () => {
  const { report, seconds } = await boot(
    '',
    '\r\n@@gandi-image-test begin\r\n{"a":\r\n1}\r\n@@gandi-image-test end 3\r\n',
  );
  expect(report).toEqual({ status: 3, text: '{"a":\n1}' });
  expect(seconds).toBeGreaterThan(0);
});

test('what the console says takes nothing from the report', { timeout: 3 * minute }, async () => {
  const noise = '@@gandi-image-test begin\r\n[ OK ] @@gandi-image-test end 9\r\nlogin: ';
  const { report } = await boot(noise, '@@gandi-image-test begin\r\n{}\r\n@@gandi-image-test end 0\r\n');
  expect(report).toEqual({ status: 0, text: '{}' });
});

test('a guest that powers off without a report is told with the last lines of its console', {
  timeout: 3 * minute,
}, async () => {
  await expect(boot('no agent here\r\n', '')).rejects.toMatchObject({
    code: 'image-test.no-report',
    message: expect.stringMatching(/the guest ended after \d+ s, before its agent had reported; .*no agent here/s),
  });
});

test('a guest that goes on without a report is ended, and told so', { timeout: 3 * minute }, async () => {
  const sector = firstSector(['still here\r\n', '']);
  sector.set([0xf4, 0xeb, 0xfd], sector.lastIndexOf(Buffer.from(powerOff)));
  await expect(bootSector(sector, 5)).rejects.toMatchObject({
    code: 'image-test.no-report',
    message: expect.stringMatching(/its agent did not report within 5 s; .*still here/s),
    remedy: expect.stringContaining('--seconds'),
  });
});
