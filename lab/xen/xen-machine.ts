import { join } from 'node:path';
import { accelerator } from '../accelerator.ts';
import type { FileLock } from '../file-lock.ts';
import { makeDiskOverlay } from '../disk-overlay.ts';
import { spawnQemu } from '../qemu.ts';
import { type Session, startedSession } from '../session.ts';
import type { Dom0Image } from './dom0-image.ts';

/** What a machine with Xen is made of. */
export interface XenHardware {
  /** For overlays, sockets and the serial log. */
  readonly folder: string;
  readonly dom0: Dom0Image;
  /** A disk with the domain's kernel, initrd and configuration. */
  readonly domain: string;
  /** Raw image that the domain's root disk is an overlay of. */
  readonly root: string;
  /** Raw image of the domain's `xvdz`. */
  readonly swap: string;
}

const secondsToAnswer = 300;

/**
 * Powers the machine on, and returns as soon as the shell of dom0 answers.
 * @returns its session; the shell is dom0's
 * @throws Error with what QEMU said if it ends, or if no shell answers in time; the machine is then off
 */
export async function powerOnXen(hardware: XenHardware, place: FileLock): Promise<Session> {
  const { folder, dom0, root } = hardware;
  await makeDiskOverlay(dom0.disk, join(folder, 'dom0.qcow2'));
  await makeDiskOverlay(root, join(folder, 'root.qcow2'));
  const qemu = spawnQemu(await qemuArguments(hardware), place);
  return startedSession(qemu, folder, secondsToAnswer);
}

/**
 * Xen is started as a multiboot kernel, with dom0's kernel and initrd as its modules: neither boot loader nor disk is needed.
 * One CPU: with two, start and boot were measured to take three to five times as long under emulation, and the domain gets
 * a second CPU all the same. `xpti` and `spec-ctrl` are detours against leaks of a CPU that is not there.
 */
async function qemuArguments(hardware: XenHardware): Promise<string[]> {
  const { folder, dom0 } = hardware;
  const { arguments: chosen, kernelArguments } = await accelerator();
  const dom0Line = ['console=hvc0', 'quiet', ...kernelArguments].join(' ');
  const disk = (serial: string, format: string, file: string, more = '') => [
    ...['-drive', `if=none,id=${serial},format=${format},cache=unsafe,file=${file}${more}`],
    ...['-device', `virtio-blk-pci,drive=${serial},serial=${serial}`],
  ];
  return [
    ...chosen,
    ...['-machine', 'q35', '-nodefaults', '-display', 'none', '-no-reboot', '-S', '-smp', '1', '-m', '2048'],
    ...['-kernel', dom0.hypervisor, '-append', xenLine, '-initrd', `${dom0.kernel} ${dom0Line},${dom0.initrd}`],
    // The initrd of the lab finds the root disk by this serial; the others become /dev/lab/SERIAL in dom0.
    ...disk('lab-root', 'qcow2', join(folder, 'dom0.qcow2')),
    ...disk('domain', 'raw', hardware.domain, ',readonly=on'),
    ...disk('domain-root', 'qcow2', join(folder, 'root.qcow2')),
    ...disk('domain-swap', 'raw', hardware.swap),
    ...['-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=shell,path=${join(folder, 'shell.sock')},server=on,wait=off`],
    ...['-device', 'virtserialport,chardev=shell,name=lab.0'],
    ...[
      '-chardev',
      `socket,id=qmp,path=${join(folder, 'qmp.sock')},server=on,wait=off`,
      '-mon',
      'chardev=qmp,mode=control',
    ],
    ...['-chardev', `file,id=serial,path=${join(folder, 'serial.log')},append=on`, '-serial', 'chardev:serial'],
  ];
}

const xenLine = [
  ...['com1=115200,8n1', 'console=com1', 'loglvl=warning', 'dom0_mem=768M,max:768M'],
  ...['cpufreq=none', 'cpuidle=0', 'spec-ctrl=no', 'xpti=no', 'noreboot'],
].join(' ');
