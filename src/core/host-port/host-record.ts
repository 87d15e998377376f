import { z } from 'zod';
import { wellFormed } from '../system/byte-text.ts';

/** What the platform is told of. */
const hostEvents = ['attached', 'grown', 'detached', 'refused', 'failed', 'booted'] as const;

export type HostEvent = (typeof hostEvents)[number];

/** One line on the port `org.gandi.agent.0`; published as schema/host-record.schema.json. New keys may come, none goes. */
export const hostRecordSchema = z
  .object({
    version: z.literal(1),
    sequence: z
      .number()
      .describe(
        'counts the records of this boot, from 1: a gap is a record that nobody took, a number twice is one record',
      ),
    event: z
      .enum(hostEvents)
      .describe(
        '`refused`: left alone, and `reason` is why; `failed`: what was to be done about the disk was not; `booted`: the work of the boot has ended',
      ),
    serial: z.string().nullable().describe('what the platform set for the disk; null for `booted`'),
    device: z.string().nullable().describe('`/dev/sdb`; null for `booted`'),
    path: z.string().nullable().describe('where the disk is mounted, or was'),
    bytes: z.number().nullable().describe('size of the block device'),
    reason: z
      .string()
      .nullable()
      .describe(
        'code of what speaks against it or went wrong: a row of docs/decisions/data-disk.md or disk-assignment.md, or the code of an error; `disk.gone` where a disk was removed without a detach; null if all is well',
      ),
    seconds: z.number().describe('from the event to its end; for `booted`, since boot'),
  })
  .describe('one event of a disk, or the end of a boot');

export type HostRecord = z.infer<typeof hostRecordSchema>;

/** As it goes over the port: one line of ASCII, whatever a disk has in its names. */
export function renderHostLine(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, wellFormed).replace(/[\u007f-\uffff]/g, escaped)}\n`;
}
