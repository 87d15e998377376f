import { z } from 'zod';
import type { System } from '../../core/system/system.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

/**
 * What became of a NIC. `left-alone`: somebody else's, or nothing can be done; `at-boot`: bootstrap's files are about it;
 * `described`: it is configured as its source says; `dhcp`: nothing describes it, so it asks DHCP.
 */
export type NicState = (typeof states)[number];

const states = ['left-alone', 'at-boot', 'described', 'dhcp'] as const;

/** What the agent did with a NIC; kept until it is detached. */
export interface NicRecord {
  readonly name: string;
  /** The kernel's number of the link. */
  readonly index: number;
  /** Lower case. */
  readonly macAddress: string;
  readonly state: NicState;
  /** One line for people; nothing is decided by it. */
  readonly note: string;
  /** The admin's hook was told of it. */
  readonly isAnnounced: boolean;
}

const folder = '/run/gandi/nics';

/** What the agent did with each NIC. Under /run on purpose: a boot finds every NIC again. One that cannot be read is taken for none. */
export async function readNicRecords({ files }: System): Promise<NicRecord[]> {
  const names = (await files.list(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => files.read(`${folder}/${name}`)));
  return texts.flatMap((text) => parse(text) ?? []);
}

export async function writeNicRecord({ files }: System, record: NicRecord): Promise<void> {
  await makeRunFolder({ files });
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

const schema = z.object({
  name: z.string(),
  index: z.number(),
  macAddress: z.string(),
  state: z.enum(states),
  note: z.string(),
  isAnnounced: z.boolean(),
});

function parse(text: string | undefined): NicRecord | undefined {
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
