import { AgentError } from '../../core/error/agent-error.ts';

/** What the tree has that can be booted, by paths below it; undefined or empty for what is missing. */
export interface Bootable {
  /** In `boot`, each with its version: `vmlinuz-6.1.0-29-amd64`. */
  readonly kernels: readonly string[];
  readonly hasPxelinux: boolean;
  readonly hasLdlinux: boolean;
  readonly hasGrub: boolean;
  readonly hasShim: boolean;
}

/** A file of the PXE folder: copied out of the tree, or written. */
export type PxeFile =
  | { readonly path: string; readonly from: string }
  | { readonly path: string; readonly content: string };

export interface PxePlan {
  readonly files: readonly PxeFile[];
  /** Name of the kernel that is taken. */
  readonly kernel: string;
  readonly otherKernels: readonly string[];
}

/** Where packages of Debian and Ubuntu put loaders. */
export const loaderPaths = {
  pxelinux: 'usr/lib/PXELINUX/pxelinux.0',
  ldlinux: 'usr/lib/syslinux/modules/bios/ldlinux.c32',
  grub: 'usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed',
  shim: 'usr/lib/shim/shimx64.efi.signed',
} as const;

/**
 * The files of a PXE folder beside `initramfs`: those of BIOS always, those of UEFI and of iPXE where the tree has the
 * loaders of UEFI.
 * @throws AgentError `preos.no-kernel`, `preos.no-loader`
 */
export function planPxe(tree: string, found: Bootable, consoles: readonly string[]): PxePlan {
  const [kernel, ...otherKernels] = newestFirst(found.kernels);
  if (kernel === undefined) throw missing('preos.no-kernel', `${tree}/boot`, 'there is no kernel in it (vmlinuz-*)');
  if (!found.hasPxelinux) throw missing('preos.no-loader', `${tree}/${loaderPaths.pxelinux}`, 'it is not there');
  if (!found.hasLdlinux) throw missing('preos.no-loader', `${tree}/${loaderPaths.ldlinux}`, 'it is not there');
  const options = kernelOptions(consoles);
  const files: PxeFile[] = [
    { path: 'kernel', from: `boot/${kernel}` },
    { path: 'pxelinux.0', from: loaderPaths.pxelinux },
    { path: 'ldlinux.c32', from: loaderPaths.ldlinux },
    {
      path: 'pxelinux.cfg/default',
      content: `DEFAULT preos\nLABEL preos\nKERNEL kernel\nAPPEND utf8 load_ramdisk=1 root=/dev/ram nofb initrd=initramfs ${options}\n`,
    },
  ];
  return { files: found.hasGrub ? [...files, ...uefiFiles(found, options)] : files, kernel, otherKernels };
}

/**
 * The shim starts `grubx64.efi` beside it, and GRUB reads `/grub/grub.cfg` of the server that it came from: the folder has to be
 * the top of what the server serves.
 */
function uefiFiles({ hasShim }: Bootable, options: string): PxeFile[] {
  const menu = `set timeout=1
menuentry preos {
  linux /kernel ${options}
  initrd /initramfs
}
`;
  return [
    ...(hasShim ? [{ path: 'bootx64.efi', from: loaderPaths.shim }] : []),
    { path: 'grubx64.efi', from: loaderPaths.grub },
    { path: 'grub/grub.cfg', content: menu },
    { path: 'boot.ipxe', content: `#!ipxe\nkernel kernel initrd=initramfs ${options}\ninitrd initramfs\nboot\n` },
  ];
}

function kernelOptions(consoles: readonly string[]): string {
  return [...consoles.map((console) => `console=${console}`), 'net.ifnames=0'].join(' ');
}

/** By version: `6.10` is newer than `6.9`. */
function newestFirst(kernels: readonly string[]): string[] {
  return kernels.toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }));
}

function missing(code: string, subject: string, problem: string): AgentError {
  return new AgentError(`cannot make a PXE folder of this tree: ${problem}`, {
    code,
    subject,
    remedy: 'configure the tree first (-C), which installs what is missing',
  });
}
