import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

/**
 * Arguments that choose how QEMU runs the guest's CPU. A /dev/kvm that opens is not enough: on a host whose CPU
 * offers no virtualisation the guest spins for ever, so the CPU flags are looked at too.
 * `-cx16`: QEMU 7.2 emulates cmpxchg16b wrongly, and kernel 6.12 then panics at random in `__kmalloc`.
 */
export async function acceleratorArguments(): Promise<string[]> {
  if (await kvmWorks()) return ['-accel', 'kvm', '-cpu', 'host'];
  return ['-accel', 'tcg,thread=multi', '-cpu', 'max,-cx16'];
}

async function kvmWorks(): Promise<boolean> {
  const cpus = await readFile('/proc/cpuinfo', 'utf8');
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(cpus)) return false;
  return access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
