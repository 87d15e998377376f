import { z } from 'zod';
import type { System } from '../../core/system/system.ts';

/** What the agent did with a NIC; kept until it is detached. */
export interface NicRecord {
  readonly name: string;
  /** The kernel's number of the link. */
  readonly index: number;
  /** Lower case. */
  readonly macAddress: string;
  /** One line for people. */
  readonly note: string;
  /** The admin's hook was told of it. */
  readonly isAnnounced: boolean;
}

const folder = '/run/gandi/nics';

/** What the agent did with each NIC. Under /run on purpose: a boot finds every NIC anew. One that cannot be read is taken for none. */
export async function readNicRecords({ files }: System): Promise<NicRecord[]> {
  const names = (await files.list(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => files.read(`${folder}/${name}`)));
  return texts.flatMap((text) => parse(text) ?? []);
}

export async function writeNicRecord({ files }: System, record: NicRecord): Promise<void> {
  await files.makeDirectory('/run/gandi', 0o700);
  await files.makeDirectory(folder, 0o700);
  await files.replace(recordPath(record), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

export async function removeNicRecord({ files }: System, record: Pick<NicRecord, 'index'>): Promise<void> {
  await files.remove(recordPath(record));
}

/** The kernel numbers links and uses no number twice in a boot. */
function recordPath({ index }: Pick<NicRecord, 'index'>): string {
  return `${folder}/${index}.json`;
}

function parse(text: string | undefined): NicRecord | undefined {
  const schema = z.object({
    name: z.string(),
    index: z.number(),
    macAddress: z.string(),
    note: z.string(),
    isAnnounced: z.boolean(),
  });
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
