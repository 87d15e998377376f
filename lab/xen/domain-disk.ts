import { type GuestCommands, quoted } from '../guest-commands.ts';
import { domainName } from './domain-config.ts';

/** A disk of ext4 as dom0 makes it. */
export interface XenDiskContent {
  /** `xvdb`; no other disk of the domain may have it. */
  readonly name: string;
  readonly label: string;
  /** In MiB; 64 unless told. */
  readonly size?: number;
}

/** A disk that is attached to a domain; a loop device of dom0 is behind it. */
export interface XenDisk {
  /** In the domain. */
  readonly device: string;
  /** In dom0, where it can be looked at once it is detached. */
  readonly backend: string;
  /** Takes it away, as the platform does: nobody is asked, and a mounted disk goes too. */
  detach(): Promise<void>;
  /** Attaches it again. */
  attach(): Promise<void>;
  /** Gives it another size, in MiB, while the domain uses it. */
  resize(size: number): Promise<void>;
}

/** Makes a disk in dom0 and attaches it to the domain. */
export async function attachDisk(dom0: GuestCommands, { name, label, size = 64 }: XenDiskContent): Promise<XenDisk> {
  const image = `/root/${name}.img`;
  await dom0.expect(`truncate --size=${size}M ${image} && mke2fs -q -t ext4 -L ${quoted(label)} ${image}`);
  const backend = await dom0.expect(`losetup --find --show ${image}`);
  const tell = async (command: string) => {
    await dom0.expect(command);
  };
  const disk: XenDisk = {
    device: `/dev/${name}`,
    backend,
    attach: () => tell(attaching(backend, name)),
    detach: () => tell(`xl block-detach ${domainName} ${name}`),
    resize: (mebibytes) => tell(`truncate --size=${mebibytes}M ${image} && losetup --set-capacity ${backend}`),
  };
  await disk.attach();
  return disk;
}

/** The command of dom0 that attaches a block device of its own under a name. */
export function attaching(backend: string, name: string): string {
  return `xl block-attach ${domainName} phy:${backend},${name},w,script=block-lab`;
}
