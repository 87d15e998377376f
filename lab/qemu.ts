import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accelerator } from './accelerator.ts';
import type { GuestImage } from './agent-image.ts';
import { type FileLock, lockOneOf } from './file-lock.ts';
import { makeDiskOverlay } from './disk-overlay.ts';
import { type RecordedDisk, recordedDiskArguments } from './write-recorder.ts';

/** What a guest is made of, beyond its image. */
export interface Hardware {
  /** Folder for the overlay, the sockets and the serial log of this guest. */
  readonly folder: string;
  /** Raw image of a disk with the serial `gandiswap`, which is how a platform other than Xen designates the swap disk. */
  readonly swapDisk?: string | undefined;
  /** Root and swap are parts of this disk instead, and each write is written down. */
  readonly recordedDisk?: RecordedDisk | undefined;
  /** In MiB; 512 unless told. */
  readonly memory?: number | undefined;
  /** CPUs at start, of 4 that fit; 1 unless told. */
  readonly cpus?: number | undefined;
  /** Who its DMI says it is made by: how a platform tells its guests where they are. */
  readonly manufacturer?: string | undefined;
  /** What its kernel is told besides. */
  readonly kernelArguments?: readonly string[] | undefined;
  /** CPUs come later: its kernel is shown a hypervisor in which it takes them. */
  readonly takesCpus?: boolean | undefined;
  /** Where its CPU is emulated, its clock counts its instructions (lab/accelerator.ts). */
  readonly countsInstructions?: boolean | undefined;
  /** Socket of a TPM 2.0 that it has (lab/tpm.ts). */
  readonly tpmSocket?: string | undefined;
  /**
   * Arguments of QEMU for its disks and NICs, in the place of the lab's own, as a page of docs/platforms has them. Paths are relative
   * to the guest's folder, where its root disk is `root.qcow2`.
   */
  readonly platform?: readonly string[] | undefined;
  /** The guest goes on from this file, the memory of one that was stopped, and does not boot (lab/memory-copy.ts). */
  readonly memoryFile?: string | undefined;
  /** The guest outlives this process; for a person who wants to look around. */
  readonly detached?: boolean | undefined;
}

export interface QemuProcess {
  /** Resolves with what QEMU printed, when it has ended. */
  readonly ended: Promise<string>;
}

/** Free slots for disks that are plugged into the running guest: PCIe hotplug needs ports that exist at start. */
export const hotplugPorts = ['port1', 'port2', 'port3', 'port4'] as const;

/** The same for NICs, of which the second takes the first. */
export const nicPorts = ['nic-port2', 'nic-port3', 'nic-port4', 'nic-port5'] as const;

/** Gives a guest a root disk of its own, on which it writes instead of the image. */
export function makeOverlay(image: GuestImage, folder: string): Promise<void> {
  return makeDiskOverlay(image.disk, overlay(folder));
}

/** Waits until one of the two guests that the machine has room for is gone, and takes its place. */
export function takePlace(): Promise<FileLock> {
  return lockOneOf([join(tmpdir(), 'guest-slot-1'), join(tmpdir(), 'guest-slot-2')]);
}

/**
 * Starts QEMU, with the guest's CPU stopped. It ends when the guest powers off or restarts.
 * @param place taken for this guest; QEMU keeps it too, so that a guest which outlives this process does
 */
export async function startQemu(image: GuestImage, hardware: Hardware, place: FileLock): Promise<QemuProcess> {
  return spawnQemu(await qemuArguments(image, hardware), place, hardware);
}

/**
 * Starts QEMU with arguments of one's own.
 * @param place as for startQemu
 * @param how with a folder, the paths of the arguments are relative to it
 */
export function spawnQemu(
  args: readonly string[],
  place: FileLock,
  { detached = false, folder }: Partial<Pick<Hardware, 'detached' | 'folder'>> = {},
): QemuProcess {
  // Not even a test runner that is killed may leave a guest behind.
  const leash = detached ? [] : ['--pdeathsig', 'SIGKILL'];
  // Standard input only carries the lock; QEMU does not read it.
  const output = detached ? 'ignore' : 'pipe';
  const child = spawn('setpriv', [...leash, 'qemu-system-x86_64', ...args], {
    stdio: [place.descriptor, output, output],
    cwd: folder,
    detached,
  });
  return { ended: lastWords(child) };
}

async function lastWords(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => said.push(String(text)));
  await once(child, 'close');
  return said.join('');
}

async function qemuArguments(image: GuestImage, hardware: Hardware): Promise<string[]> {
  const chosen = await accelerator({ isKnown: hardware.takesCpus, countsInstructions: hardware.countsInstructions });
  return [
    ...chosen.arguments,
    ...machine(hardware),
    ...start(image, [...chosen.kernelArguments, ...(hardware.kernelArguments ?? [])]),
    ...(hardware.platform ?? labDevices(hardware)),
    ...ports(hardware.folder),
    ...(hardware.memoryFile === undefined ? [] : ['-incoming', 'defer']),
  ];
}

function labDevices(hardware: Hardware): string[] {
  return [
    ...disks(hardware),
    // The guest reaches its gateway and nothing beyond; nothing reaches the guest.
    '-netdev',
    'user,id=net0,restrict=on,net=192.0.2.0/24,host=192.0.2.254,dhcpstart=192.0.2.100',
    '-device',
    'virtio-net-pci,netdev=net0,mac=52:54:00:00:00:01',
  ];
}

function machine({ memory = 512, cpus = 1, manufacturer, tpmSocket }: Hardware): string[] {
  return [
    ...(tpmSocket === undefined ? [] : tpm(tpmSocket)),
    ...(manufacturer === undefined ? [] : ['-smbios', `type=1,manufacturer=${manufacturer}`]),
    ...['-machine', 'q35', '-nodefaults', '-display', 'none', '-no-reboot', '-S'],
    ...['-m', `${memory},slots=4,maxmem=4G`, '-smp', `${cpus},maxcpus=4`],
    ...[...hotplugPorts, ...nicPorts].flatMap((id, index) => [
      '-device',
      `pcie-root-port,id=${id},chassis=${index + 1},slot=${index + 1}`,
    ]),
    ...['-device', 'virtio-scsi-pci,id=scsi', '-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
  ];
}

function tpm(socket: string): string[] {
  return [
    ...['-chardev', `socket,id=tpm,path=${socket}`],
    ...['-tpmdev', 'emulator,id=tpm0,chardev=tpm', '-device', 'tpm-crb,tpmdev=tpm0'],
  ];
}

function start({ direct }: GuestImage, kernelArguments: readonly string[]): string[] {
  if (direct === undefined) return [];
  const commandLine = ['console=ttyS0', ...quiet, ...kernelArguments].join(' ');
  return ['-kernel', direct.kernel, '-initrd', direct.initrd, '-append', commandLine];
}

/** What a kernel of the lab is told, so that it says little on a port that is slow. */
export const quiet = ['quiet', 'systemd.show_status=false'] as const;

function disks(hardware: Hardware): string[] {
  const { recordedDisk } = hardware;
  if (recordedDisk !== undefined) return recordedDiskArguments(recordedDisk);
  return [...rootDisk(hardware.folder), ...swapDisk(hardware)];
}

/** The guest's own root disk, also for a platform that gives it nothing else of the lab's. */
export function rootDisk(folder: string): string[] {
  return [
    ...['-drive', `if=none,id=root,format=qcow2,cache=unsafe,file=${overlay(folder)}`],
    ...['-device', 'virtio-blk-pci,drive=root,serial=lab-root'],
  ];
}

function overlay(folder: string): string {
  return join(folder, 'root.qcow2');
}

function swapDisk({ swapDisk }: Hardware): string[] {
  if (swapDisk === undefined) return [];
  return [
    ...['-drive', `if=none,id=swap,format=raw,cache=unsafe,file=${swapDisk}`],
    ...['-device', 'virtio-blk-pci,drive=swap,serial=gandiswap'],
  ];
}

function ports(folder: string): string[] {
  const socket = (id: string, more = '') => [
    '-chardev',
    `socket,id=${id},path=${join(folder, id)}.sock,server=on,wait=off${more}`,
  ];
  return [
    ...[...socket('shell'), '-device', 'virtserialport,chardev=shell,name=lab.0'],
    ...[...socket('console'), '-device', 'virtconsole,chardev=console'],
    ...[...socket('qmp'), '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `file,id=serial,path=${join(folder, 'serial.log')},append=on`, '-serial', 'chardev:serial'],
  ];
}
