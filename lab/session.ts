import { join } from 'node:path';
import type { GuestImage } from './agent-image.ts';
import type { FileLock } from './file-lock.ts';
import { loadMemory } from './memory-copy.ts';
import { type DiskDevice, plugDisk } from './guest-disk.ts';
import type { Pluggable } from './pluggable.ts';
import { type Hardware, type QemuProcess, startQemu } from './qemu.ts';
import { Qmp } from './qmp.ts';
import { Shell } from './shell.ts';

/** One run of a guest, from power on to power off. */
export interface Session {
  readonly qemu: QemuProcess;
  readonly qmp: Qmp;
  readonly shell: Shell;
}

type Answers = (shell: Shell, seconds: number) => Promise<unknown>;

const greets: Answers = (shell, seconds) => shell.nextStart(seconds);
const answersAgain: Answers = (shell, seconds) => shell.run('true', seconds);

/** The time that a guest may take to its first answer; under emulation on a busy machine it is well under a minute. */
const secondsToAnswer = 180;

/**
 * Powers a guest on with these disks plugged in, by their numbers, and these devices, and returns as soon as its root shell answers,
 * in the middle of boot. One that goes on from the memory of another answers at once.
 * @throws Error with what QEMU said if it ends, or if no shell answers in time; the guest is then off
 */
export async function powerOn(
  image: GuestImage,
  hardware: Hardware,
  place: FileLock,
  disks: ReadonlyMap<number, DiskDevice>,
  plugged: Iterable<Pluggable> = [],
): Promise<Session> {
  const qemu = await startQemu(image, hardware, place);
  const prepare = async (qmp: Qmp) => {
    for (const [number, disk] of disks) await plugDisk(qmp, disk, number);
    for (const device of plugged) await device.plug(qmp);
    if (hardware.memoryFile !== undefined) await loadMemory(qmp, hardware.memoryFile);
  };
  const answers = hardware.memoryFile === undefined ? greets : answersAgain;
  return startedSession(qemu, hardware.folder, secondsToAnswer, { prepare, answers });
}

/**
 * Lets a machine run that QEMU holds before its first instruction, and returns as soon as its root shell answers.
 * @param folder with the sockets of QEMU
 * @param prepare what is done before it runs
 * @param answers ends with the shell's first answer
 * @throws Error as `powerOn`
 */
export async function startedSession(
  qemu: QemuProcess,
  folder: string,
  seconds: number,
  {
    prepare = async () => undefined,
    answers = greets,
  }: { readonly prepare?: (qmp: Qmp) => Promise<void>; readonly answers?: Answers } = {},
): Promise<Session> {
  const failure = new AbortController();
  qemu.ended.then((said) => failure.abort(new Error(`QEMU has ended: ${said}`)));
  const signal = AbortSignal.any([failure.signal, AbortSignal.timeout(30_000)]);
  const qmp = await Qmp.connect(join(folder, 'qmp.sock'), signal);
  const shell = await Shell.connect(join(folder, 'shell.sock'), signal);
  await prepare(qmp);
  try {
    await Promise.all([answers(shell, seconds), qmp.execute('cont')]);
  } catch (error) {
    await Promise.all([qemu.ended, qmp.execute('quit').catch(() => undefined)]);
    throw error;
  }
  return { qemu, qmp, shell };
}
