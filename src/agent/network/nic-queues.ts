import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';

/** Pairs of queues of a NIC; undefined for what is not a virtio NIC with several of them. */
export interface NicQueues {
  readonly current: number;
  /** Null where nothing on this machine can tell, or change them: ethtool(8) is the only way to the kernel's setting. */
  readonly maximum: number | null;
}

// VIRTIO_NET_F_MQ (virtio 1.2, 5.1.3); the file has a digit for each feature.
const severalQueues = 22;

export async function observeNicQueues(system: System, link: string): Promise<NicQueues | undefined> {
  const folder = `/sys/class/net/${link}`;
  const features = await system.files.read(`${folder}/device/features`).catch(() => undefined);
  const driver = await system.files.linkTarget(`${folder}/device/driver`);
  if (basename(driver ?? '') !== 'virtio_net' || features?.[severalQueues] !== '1') return undefined;
  const current = (await system.files.list(`${folder}/queues`)).filter((name) => name.startsWith('rx-')).length;
  return { current, maximum: await askMaximum(system, link) };
}

async function askMaximum({ processes }: System, link: string): Promise<number | null> {
  const output = await processes.run('ethtool', ['--show-channels', link]).catch(() => undefined);
  // The maximum comes first, then what is set.
  const [, maximum] = /^Combined:\s+(\d+)/m.exec(output?.stdout ?? '') ?? [];
  return maximum === undefined ? null : Number(maximum);
}
