import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accelerator } from './accelerator.ts';
import { takePlace } from './qemu.ts';

/** What starts the disk: the firmware of old PCs, or UEFI. */
export type Firmware = 'bios' | 'ovmf';

/**
 * Starts a guest from a disk alone, by its own boot loader, and waits until it powers off. The disk is not written to.
 * @param folder for the serial log and the firmware's variables
 * @param seconds after which it is ended
 * @returns what it said on its serial port
 */
export async function bootDisk(disk: string, firmware: Firmware, folder: string, seconds: number): Promise<string> {
  const place = await takePlace();
  try {
    const { arguments: chosen } = await accelerator();
    const log = join(folder, `${firmware}.log`);
    const child = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'SIGKILL', 'qemu-system-x86_64', ...chosen, ...(await firmwareOf(firmware, folder))],
        ...['-machine', 'q35', '-m', '768', '-display', 'none', '-monitor', 'none', '-no-reboot', '-nic', 'none'],
        ...['-serial', `file:${log}`, '-drive', `if=virtio,format=qcow2,snapshot=on,file=${disk}`],
      ],
      { stdio: 'inherit' },
    );
    const limit = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    await once(child, 'exit');
    clearTimeout(limit);
    return await readFile(log, 'utf8');
  } finally {
    await place.release();
  }
}

/** Debian's package ovmf. */
const ovmf = '/usr/share/OVMF';

async function firmwareOf(firmware: Firmware, folder: string): Promise<string[]> {
  if (firmware === 'bios') return [];
  const variables = join(folder, 'ovmf-variables.fd');
  await copyFile(join(ovmf, 'OVMF_VARS_4M.fd'), variables);
  const flash = (unit: number, file: string, more = '') => [
    '-drive',
    `if=pflash,unit=${unit},format=raw,file=${file}${more}`,
  ];
  return [...flash(0, join(ovmf, 'OVMF_CODE_4M.fd'), ',readonly=on'), ...flash(1, variables)];
}
