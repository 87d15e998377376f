/**
 * What GRUB of a drive is told, in the words of grub-mkconfig(8). `quiet splash net.ifnames=0` is what cdist has. There is no
 * /etc/fstab that would make the root writable later, and a PreOS starts only what it brings itself.
 * @param consoles as the kernel takes them; one of them is a serial port on machines without a screen
 * @param fileSystem UUID of the root: the drive may have another name in the machine that it is for
 */
export function grubConfig(consoles: readonly string[], fileSystem: string | undefined): string {
  const words = ['quiet', 'splash', 'net.ifnames=0', ...consoles.map((console) => `console=${console}`)];
  return [
    `GRUB_CMDLINE_LINUX_DEFAULT="${words.join(' ')}"`,
    'GRUB_CMDLINE_LINUX="rw"',
    'GRUB_DISABLE_OS_PROBER=true',
    ...(fileSystem === undefined ? [] : [`GRUB_DEVICE=UUID=${fileSystem}`]),
    ...terminal(consoles),
    '',
  ].join('\n');
}

/** Without a screen GRUB 2.06 asks the BIOS for one for ever: a machine that is spoken to by a serial port gets no other terminal. */
function terminal(consoles: readonly string[]): string[] {
  const ports = consoles.flatMap((port) => [...port.matchAll(/^ttyS(\d+)(?:,(\d+))?/g)]);
  const [port] = ports;
  if (port === undefined) return [];
  const [, unit = '0', speed = '9600'] = port;
  const hasScreen = ports.length < consoles.length;
  return [
    `GRUB_TERMINAL="${hasScreen ? 'console serial' : 'serial'}"`,
    `GRUB_SERIAL_COMMAND="serial --unit=${unit} --speed=${speed}"`,
  ];
}
