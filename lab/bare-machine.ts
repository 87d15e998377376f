import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accelerator } from './accelerator.ts';
import { takePlace } from './qemu.ts';
import { Qmp } from './qmp.ts';

/** How a machine starts. */
export type Start =
  /** The kernel is put into its memory, as a platform with direct boot does. */
  | { readonly by: 'kernel'; readonly kernel: string; readonly initrd: string; readonly commandLine: string }
  /** Its firmware asks the network for a file of this folder, by TFTP. */
  | { readonly by: 'bios' | 'uefi'; readonly tftp: string; readonly file: string }
  /** From its own disk, as its firmware finds nothing in the network. */
  | { readonly by: 'disk' }
  /** The iPXE of its NIC asks the server for this path, by HTTP; then its disk is tried. BIOS unless told. */
  | { readonly by: 'http'; readonly path: string; readonly firmware?: 'bios' | 'uefi' };

export interface BareMachineOptions {
  /** For its serial log and its firmware's variables; there. */
  readonly folder: string;
  readonly start: Start;
  /** In MiB. */
  readonly memory: number;
  /** Port of this host's loopback that the machine reaches as 10.0.2.100:3000; nothing else is in reach. */
  readonly serverPort: number;
  /** Raw image of its disk; it may restart then. Without it the machine has none. */
  readonly disk?: string;
  /** Port of this host's loopback that leads to the sshd of the machine. */
  readonly sshPort?: number;
}

export interface BareMachine {
  /** What came out of its serial port. */
  serialLog(): Promise<string>;
  stop(): Promise<void>;
  /** Pulls the cable of its first NIC, or puts it in again. */
  plugCable(isIn: boolean): Promise<void>;
  /** Takes the power away for a moment: what the machine had written is on its disk, all else is gone. */
  cutPower(): Promise<void>;
}

const firmware = '/usr/share/OVMF/OVMF_CODE_4M.fd';
const firmwareVariables = '/usr/share/OVMF/OVMF_VARS_4M.fd';

/** Starts a machine that has two NICs. It waits for one of the two places for guests first. */
export async function startBareMachine(options: BareMachineOptions): Promise<BareMachine> {
  const { folder, start } = options;
  const forwarder = join(folder, 'forward');
  await writeFile(forwarder, forwarderScript(options.serverPort), { mode: 0o755 });
  if (isUefi(start)) await copyFile(firmwareVariables, join(folder, 'variables.fd'));
  const chosen = await accelerator();
  const place = await takePlace();
  const log = join(folder, 'serial.log');
  const args = [
    ...chosen.arguments,
    ...[
      '-machine',
      'q35',
      '-nodefaults',
      '-display',
      'none',
      ...(options.disk === undefined ? ['-no-reboot'] : []),
      '-m',
      String(options.memory),
      '-smp',
      '2',
    ],
    ...startArguments(start, folder, chosen.kernelArguments),
    ...[
      '-netdev',
      `user,id=net0,restrict=on,${bootOf(start)}${sshOf(options)}guestfwd=tcp:10.0.2.100:3000-cmd:${forwarder}`,
    ],
    ...['-device', 'virtio-net-pci,netdev=net0,mac=52:54:00:00:00:01,bootindex=1'],
    ...['-netdev', 'user,id=net1,restrict=on,net=10.0.3.0/24'],
    ...['-device', 'virtio-net-pci,netdev=net1,mac=52:54:00:00:00:02'],
    ...diskOf(options),
    ...[
      '-chardev',
      `socket,id=qmp,path=${join(folder, 'qmp.sock')},server=on,wait=off`,
      '-mon',
      'chardev=qmp,mode=control',
    ],
    ...['-device', 'virtio-rng-pci', '-chardev', `file,id=serial,path=${log}`, '-serial', 'chardev:serial'],
  ];
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', 'qemu-system-x86_64', ...args], {
    // Standard input only carries the lock of the place; QEMU does not read it.
    stdio: [place.descriptor, 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  const execute = async (command: string, words: Record<string, unknown> = {}) => {
    const qmp = await Qmp.connect(join(folder, 'qmp.sock'), AbortSignal.timeout(10_000));
    await qmp.execute(command, words);
    qmp.close();
  };
  return {
    serialLog: () => readFile(log, 'utf8').catch(() => ''),
    plugCable: (isIn) => execute('set_link', { name: 'net0', up: isIn }),
    cutPower: () => execute('system_reset'),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await place.release();
    },
  };
}

function startArguments(start: Start, folder: string, kernelArguments: readonly string[]): string[] {
  if (start.by === 'kernel') {
    const commandLine = [start.commandLine, ...kernelArguments].join(' ');
    return ['-kernel', start.kernel, '-initrd', start.initrd, '-append', commandLine];
  }
  if (!isUefi(start)) return [];
  return [
    ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${firmware}`],
    ...['-drive', `if=pflash,format=raw,unit=1,file=${join(folder, 'variables.fd')}`],
  ];
}

function isUefi(start: Start): boolean {
  return start.by === 'uefi' || (start.by === 'http' && start.firmware === 'uefi');
}

function bootOf(start: Start): string {
  if (start.by === 'http') return `bootfile=http://10.0.2.100:3000${start.path},`;
  return start.by === 'kernel' || start.by === 'disk' ? '' : `tftp=${start.tftp},bootfile=${start.file},`;
}

function sshOf({ sshPort }: BareMachineOptions): string {
  return sshPort === undefined ? '' : `hostfwd=tcp:127.0.0.1:${sshPort}-:22,`;
}

function diskOf({ disk }: BareMachineOptions): string[] {
  if (disk === undefined) return [];
  return [
    ...['-drive', `if=none,id=disk,format=raw,cache=unsafe,discard=unmap,file=${disk}`],
    ...['-device', 'virtio-blk-pci,drive=disk,serial=bare-disk,bootindex=2'],
  ];
}

/** QEMU starts it for each connection; a forward to a port would be one connection for all, made when QEMU starts. */
function forwarderScript(port: number): string {
  return `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} 4<&0
cat <&4 >&3 &
cat <&3
kill $!
`;
}
