import { constants } from 'node:fs';
import { z } from 'zod';
import { AgentError } from '../error/agent-error.ts';
import type { System } from '../system/system.ts';

/** One entry of a table as it stands on the disk. Sizes count the disk's own sectors. */
export interface TableEntry {
  readonly number: number;
  readonly start: number;
  readonly size: number;
  readonly type: string;
  /** Unique GUID of a GPT entry, upper case. */
  readonly uuid: string | null;
  readonly name: string | null;
  readonly attributes: string | null;
}

export interface PartitionTable {
  /** `gpt`, `dos`, or another that libfdisk knows. */
  readonly label: string;
  /** Disk GUID, or disk signature of an MBR. */
  readonly id: string | null;
  readonly sectorBytes: number;
  readonly entries: readonly TableEntry[];
  /** A GPT whose protective MBR holds entries of its own: a second table for the same disk, that a writer of GPT would lose. */
  readonly isHybrid: boolean;
  /** What sfdisk remarks about it, beyond that the disk became larger. */
  readonly remarks: readonly string[];
}

const sfdiskAnswer = z.object({
  partitiontable: z.object({
    label: z.string(),
    id: z.string().optional(),
    unit: z.literal('sectors'),
    sectorsize: z.number().int().positive().default(512),
    partitions: z
      .array(
        z.object({
          node: z.string(),
          start: z.number().int().nonnegative(),
          size: z.number().int().nonnegative(),
          type: z.string(),
          uuid: z.string().optional(),
          name: z.string().optional(),
          attrs: z.string().optional(),
        }),
      )
      .default([]),
  }),
});

// What sfdisk(8) of util-linux 2.38 says about any GPT whose disk was made larger, and mends when it writes.
const grownDiskRemarks = [/^GPT PMBR size mismatch /, /^The backup GPT table is not on the end of the device/];

/**
 * Reads the table on a whole disk; changes nothing.
 * @throws AgentError `partition-table.unknown` if sfdisk is missing, fails or answers in another form
 */
export async function observePartitionTable(system: System, diskPath: string): Promise<PartitionTable> {
  const { stdout, stderr } = await system.processes.run('sfdisk', ['--json', diskPath]).catch((cause: unknown) => {
    throw unknownTable(diskPath, cause);
  });
  const answer = sfdiskAnswer.safeParse(parseJson(stdout));
  if (!answer.success) throw unknownTable(diskPath, z.prettifyError(answer.error));
  const { label, id, sectorsize, partitions } = answer.data.partitiontable;
  const remarks = stderr.split('\n').map((line) => line.trim());
  return {
    label,
    id: id ?? null,
    sectorBytes: sectorsize,
    entries: partitions.map(({ node, start, size, type, uuid, name, attrs }) => ({
      number: Number(/(?<!\d)\d+$/.exec(node.slice(diskPath.length))?.[0]),
      start,
      size,
      type,
      uuid: uuid ?? null,
      name: name ?? null,
      attributes: attrs ?? null,
    })),
    isHybrid: label === 'gpt' && (await hasOwnMbrEntries(system, diskPath)),
    remarks: remarks.filter((line) => line !== '' && !grownDiskRemarks.some((known) => known.test(line))),
  };
}

/** UEFI 2.10, 5.2.3: a protective MBR has one entry of type 0xEE; the other three are zero. */
async function hasOwnMbrEntries(system: System, diskPath: string): Promise<boolean> {
  await using disk = await system.files.open(diskPath, constants.O_RDONLY);
  const { buffer } = await disk.read(Buffer.alloc(512), 0, 512, 0);
  const types = [0, 1, 2, 3].map((index) => buffer[446 + 16 * index + 4] ?? 0);
  return types.some((type) => type !== 0 && type !== 0xee);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownTable(diskPath: string, cause: unknown): AgentError {
  return new AgentError('cannot read its partition table', {
    code: 'partition-table.unknown',
    subject: diskPath,
    remedy: 'install sfdisk (package fdisk or util-linux), and see what `sfdisk --json` says of this disk',
    cause,
  });
}
