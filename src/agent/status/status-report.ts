import { z } from 'zod';
import type { DiskRecord } from '../disk/disk-records.ts';
import { observeAddresses } from '../network/addresses.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { readFlags } from '../flags/read-flags.ts';
import { readDiskRecords } from '../disk/disk-records.ts';
import { readStages, stagesSchema } from '../stage/status.ts';
import type { System } from '../../core/system/system.ts';

const disk = z
  .object({
    device: z.string().describe('path of the block device, `/dev/sdb`'),
    fileSystem: z.string().nullable(),
    mountPoint: z.string().nullable().describe('where the agent mounted it; null if it did not'),
    note: z.string().describe('what was done with it and why, one line for people'),
  })
  .describe('one attached disk that the agent looked at');

const link = z
  .object({
    name: z.string().describe('`eth0`'),
    macAddress: z.string(),
    addresses: z.array(z.string()).describe('with prefix length: `192.0.2.10/24`'),
  })
  .describe('one network interface');

/** What `gandi-agent status --json` prints; published as schema/status.schema.json. New keys may come, none goes. */
export const statusReportSchema = z
  .object({
    version: z.literal(1),
    firstBoot: z.enum(['gandi-agent', 'cloud-init']).describe('who configures this machine at its first boot'),
    stages: stagesSchema,
    disks: z.array(disk),
    network: z.array(link),
  })
  .describe('what gandi-agent did in this boot');

export type StatusReport = z.infer<typeof statusReportSchema>;

export async function readStatusReport(system: System): Promise<StatusReport> {
  const stages = await readStages(system);
  const records = await readDiskRecords(system);
  return {
    version: 1,
    firstBoot: await observeFirstBootOwner(system, await readFlags(system)),
    stages,
    disks: records.map(describeDisk),
    network: await observeAddresses(system),
  };
}

function describeDisk({
  device,
  fileSystem,
  mountPoint,
  isBeingMounted,
  note,
}: DiskRecord): StatusReport['disks'][number] {
  return { device, fileSystem, mountPoint: isBeingMounted ? null : mountPoint, note };
}
