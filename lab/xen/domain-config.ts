/** The numbers of a domain that a test may want to know: MiB of memory, and how many CPUs it can have. */
export const domainHardware = { memory: 512, maximalMemory: 768, maximalCpus: 2 } as const;

/** Name of the domain in dom0. */
export const domainName = 'web1';

/**
 * The domain as xl.cfg(5) has it: paravirtual, as that needs no virtualisation of the CPU. Its disks are those that the host
 * gives to dom0, by their serials.
 */
export function domainConfig(): string {
  const { memory, maximalMemory, maximalCpus } = domainHardware;
  const disks = ['root,xvda', 'swap,xvdz'].map((disk) => `"phy:/dev/lab/domain-${disk},w,script=block-lab"`);
  return [
    `name = "${domainName}"`,
    'type = "pv"',
    'kernel = "/domain/kernel"',
    'ramdisk = "/domain/initrd"',
    `extra = "${kernelArguments.join(' ')}"`,
    `memory = ${memory}`,
    `maxmem = ${maximalMemory}`,
    'vcpus = 1',
    `maxvcpus = ${maximalCpus}`,
    `disk = [ ${disks.join(', ')} ]`,
    `vif = [ "mac=${firstMacAddress},bridge=xenbr0,script=vif-lab" ]`,
    'on_reboot = "restart"',
    'on_crash = "preserve"',
    '',
  ].join('\n');
}

const firstMacAddress = '00:16:3e:00:00:01';

/** The first lines as in lab/qemu.ts and lab/accelerator.ts; and a boot under emulation outlasts systemd's 90 s for a device. */
const kernelArguments = [
  ...['console=hvc0', 'quiet', 'systemd.show_status=false'],
  ...['norandmaps', 'mitigations=off'],
  ...['systemd.default_timeout_start_sec=900', 'systemd.default_device_timeout_sec=900'],
];
