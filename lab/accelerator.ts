import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

export interface Accelerator {
  /** Arguments of QEMU that choose how it runs the guest's CPUs. */
  readonly arguments: readonly string[];
  /** What the guest's kernel is told besides, on its command line. */
  readonly kernelArguments: readonly string[];
}

/**
 * KVM, or else emulation. A /dev/kvm that opens is not enough: on a host whose CPU offers no virtualisation the guest spins
 * for ever, so the CPU flags are looked at too.
 *
 * For emulation everything is chosen that lets QEMU use its translations again: programs and libraries are at the same addresses
 * in every process (`norandmaps`), the kernel has no detours against leaks of a CPU that is not there (`mitigations=off`),
 * and a plain CPU has less to save at every switch. docs/vm-lab.md has figures.
 * `no_timer_check`: on a busy host the timer's first ticks may come so late that the kernel takes it for broken and panics (seen).
 * `-cx16`: QEMU 7.2 emulates cmpxchg16b wrongly, and kernel 6.12 then panics at random in `__kmalloc`.
 *
 * @param isKnown the guest's kernel is shown a hypervisor that it knows. Linux 6.12 takes CPUs that come later in no other
 *   machine (acpi_is_processor_usable in linux/arch/x86/kernel/acpi/boot.c), and emulation by QEMU is none to it. VMware's it
 *   finds by a serial number and by asking an I/O port which QEMU answers (linux/arch/x86/kernel/cpu/vmware.c).
 */
export async function accelerator(isKnown = false): Promise<Accelerator> {
  if (await kvmWorks()) return { arguments: ['-accel', 'kvm', '-cpu', 'host'], kernelArguments: [] };
  return {
    arguments: [
      ...['-accel', 'tcg,thread=multi', '-cpu', `qemu64,-cx16${isKnown ? ',-hypervisor' : ''}`],
      ...(isKnown ? ['-smbios', 'type=1,serial=VMware-lab'] : []),
    ],
    kernelArguments: ['norandmaps', 'mitigations=off', 'no_timer_check'],
  };
}

async function kvmWorks(): Promise<boolean> {
  const cpus = await readFile('/proc/cpuinfo', 'utf8');
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(cpus)) return false;
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
