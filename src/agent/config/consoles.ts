import type { System } from '../../core/system/system.ts';

export interface Console {
  /** Kernel name, `hvc0`. */
  readonly name: string;
  readonly hasPrompt: boolean;
  readonly isMasked: boolean;
}

export interface ConsoleFacts {
  readonly init: 'systemd' | 'other';
  /** Those that the machine has. */
  readonly consoles: readonly Console[];
  readonly inittab: string | undefined;
  /** OpenRC's own service for login prompts, for an init that reads no inittab. */
  readonly hasOpenRcAgetty: boolean;
  readonly securetty: string | undefined;
}

/** Where a platform shows a console to a customer: Xen's and virtio's, and the serial port. */
const names = ['hvc0', 'ttyS0'];

export async function observeConsoles(system: System): Promise<ConsoleFacts> {
  const { files } = system;
  const inittab = await files.read('/etc/inittab');
  const present = await Promise.all(names.map(async (name) => ((await exists(system, name)) ? [name] : [])));
  return {
    init: await observeInit(system),
    consoles: await Promise.all(present.flat().map((name) => observeConsole(system, name, inittab ?? ''))),
    inittab,
    hasOpenRcAgetty: (await files.status('/etc/init.d/agetty')) !== undefined,
    securetty: await files.read('/etc/securetty'),
  };
}

/** A kernel lists serial ports that are not there; those have type 0 (PORT_UNKNOWN, ABI/testing/sysfs-tty). */
async function exists({ files }: System, name: string): Promise<boolean> {
  if ((await files.list(`/sys/class/tty/${name}`)).length === 0) return false;
  return (await files.read(`/sys/class/tty/${name}/type`))?.trim() !== '0';
}

async function observeInit({ files }: System): Promise<'systemd' | 'other'> {
  const programs = await Promise.all(
    ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'].map((path) => files.status(path)),
  );
  return programs.some((program) => program !== undefined) ? 'systemd' : 'other';
}

async function observeConsole({ files }: System, name: string, inittab: string): Promise<Console> {
  const unit = `serial-getty@${name}.service`;
  const places = [
    `/etc/systemd/system/getty.target.wants/${unit}`,
    `/run/systemd/generator/getty.target.wants/${unit}`,
    `/etc/runlevels/default/agetty.${name}`,
  ];
  const links = await Promise.all(places.map((path) => files.linkTarget(path)));
  const inInittab = inittab.split('\n').some((line) => !line.startsWith('#') && line.split(/[:\s]+/).includes(name));
  return {
    name,
    hasPrompt: inInittab || links.some((link) => link !== undefined),
    isMasked: (await files.linkTarget(`/etc/systemd/system/${unit}`)) === '/dev/null',
  };
}
