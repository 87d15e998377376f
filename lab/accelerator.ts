import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

/** How a guest is emulated; for KVM it means nothing. */
export interface Emulation {
  /**
   * Its kernel is shown a hypervisor that it knows. Linux 6.12 takes CPUs that come later in no other machine
   * (acpi_is_processor_usable in linux/arch/x86/kernel/acpi/boot.c), and it does not take QEMU's emulation for one. It finds VMware's by
   * a serial number and by asking an I/O port which QEMU answers (linux/arch/x86/kernel/cpu/vmware.c).
   */
  readonly isKnown?: boolean | undefined;
  /**
   * Its clock counts its instructions, 2 ns each, and only while it is idle the time of the host: what it measures by its clock
   * is the same whatever else the host does. It has one thread for all its CPUs.
   */
  readonly countsInstructions?: boolean | undefined;
}

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
 */
export async function accelerator({ isKnown, countsInstructions }: Emulation = {}): Promise<Accelerator> {
  if (!(await isEmulated())) return { arguments: ['-accel', 'kvm', '-cpu', 'host'], kernelArguments: [] };
  return {
    arguments: [
      ...(countsInstructions ? ['-icount', 'shift=1', '-accel', 'tcg,thread=single'] : ['-accel', 'tcg,thread=multi']),
      ...['-cpu', `qemu64,-cx16${isKnown ? ',-hypervisor' : ''}`],
      ...(isKnown ? ['-smbios', 'type=1,serial=VMware-lab'] : []),
    ],
    kernelArguments: ['norandmaps', 'mitigations=off', 'no_timer_check'],
  };
}

/** Whether the CPUs of guests are emulated: there is no KVM, or none that works. */
export async function isEmulated(): Promise<boolean> {
  const cpus = await readFile('/proc/cpuinfo', 'utf8');
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(cpus)) return true;
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => false,
    () => true,
  );
}
