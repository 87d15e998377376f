import { basename } from 'node:path';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

/**
 * The number of a device within a mounted Btrfs. It is 1 only for one that was made on this device and never moved:
 * `btrfs replace` and a device that is added or removed give others (btrfs-filesystem(8), resize).
 * @throws AgentError `growth.not-a-device`, `process.*`
 */
export async function btrfsDeviceId(system: System, mountPoint: string, device: string): Promise<number> {
  const { stdout } = await system.processes.run('btrfs', ['filesystem', 'show', '--raw', mountPoint]);
  const names = await namesOf(system, device);
  const first = parseDevices(stdout).find(({ path }) => names.includes(path));
  if (first !== undefined) return first.id;
  throw new AgentError('cannot grow it: btrfs does not name it among its devices', {
    code: 'growth.not-a-device',
    subject: device,
    remedy: `see \`btrfs filesystem show ${mountPoint}\`, and grow it by \`btrfs filesystem resize DEVID:max ${mountPoint}\``,
  });
}

/** Btrfs has a volume of LVM or LUKS by the name that people know, and not by the kernel's. */
async function namesOf({ files }: System, device: string): Promise<string[]> {
  const mapperName = (await files.read(`/sys/class/block/${basename(device)}/dm/name`))?.trim();
  return mapperName === undefined ? [device] : [device, `/dev/mapper/${mapperName}`];
}

interface BtrfsDevice {
  readonly id: number;
  readonly path: string;
}

/** Lines of `btrfs filesystem show`: `devid    2 size 536870912 used 126877696 path /dev/sdb`, and ` MISSING` behind one that is. */
export function parseDevices(text: string): BtrfsDevice[] {
  return text.split('\n').flatMap((line) => {
    const [first, id, ...rest] = line.trim().split(/\s+/);
    const path = rest[rest.indexOf('path') + 1];
    return first === 'devid' && path !== undefined ? [{ id: Number(id), path }] : [];
  });
}
