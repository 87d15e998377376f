import type { System } from '../../core/system/system.ts';

export const spoolFolder = '/run/gandi/spool';

/** The program that udev's rules run, so that an entry comes into the spool as all others do: whole, by rename. */
export const spooler = '/usr/lib/gandi/spool-event';

/** One event of udev, as rules/spool-event wrote it down. */
export interface SpooledEvent {
  /** Name of its file in the spool: `<SEQNUM>-<handler>`. */
  readonly entry: string;
  /** Counts the kernel's uevents: the order in which things happened. */
  readonly sequence: number;
  /** Who handles it, as the rule said: `disk`. */
  readonly handler: string;
  readonly action: string;
  /** Path below /sys; with the handler it tells which device is meant. */
  readonly devicePath: string;
  /** Seconds since boot. */
  readonly spooledAt: number;
  /** The device's udev properties. Text from the device is among them: nothing in here is trusted. */
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * All events that wait, oldest first. An entry that is not an event is removed and reported: it would wait for ever.
 * @param known what the last look found; an entry never changes, so it is not read again
 */
export async function readSpool(system: System, known: readonly SpooledEvent[] = []): Promise<SpooledEvent[]> {
  const names = await system.files.list(spoolFolder);
  const byEntry = new Map(known.map((event) => [event.entry, event]));
  const events = await Promise.all(names.map((name) => byEntry.get(name) ?? readEntry(system, name)));
  return events.filter((event) => event !== undefined).sort((a, b) => a.sequence - b.sequence);
}

/** The same for a reader that only looks: what is not an event is skipped. */
export async function peekIntoSpool(system: System): Promise<SpooledEvent[]> {
  const names = await system.files.list(spoolFolder);
  const texts = await Promise.all(names.map((name) => system.files.read(`${spoolFolder}/${name}`)));
  const events = names.map((name, index) => parseEvent(name, texts[index] ?? ''));
  return events.filter((event) => event !== undefined).sort((a, b) => a.sequence - b.sequence);
}

/** To be called only after the event was acted on: until then its entry is what keeps it from being lost. */
export async function removeFromSpool(system: System, event: SpooledEvent): Promise<void> {
  await system.files.remove(`${spoolFolder}/${event.entry}`);
}

async function readEntry(system: System, name: string): Promise<SpooledEvent | undefined> {
  const text = await system.files.read(`${spoolFolder}/${name}`);
  if (text === undefined) return undefined;
  const event = parseEvent(name, text);
  if (event !== undefined) return event;
  system.journal.error(`${spoolFolder}/${name}: not an event of udev, removed`);
  await system.files.remove(`${spoolFolder}/${name}`);
  return undefined;
}

/** The environment as `env -0` prints it: `KEY=value`, each ended by a NUL, so that a value may hold anything else. */
export function parseEvent(entry: string, text: string): SpooledEvent | undefined {
  const properties = Object.create(null) as Record<string, string>;
  // The rules import the flags file, which is half of the text. A string that is cut out of a text keeps all of it in
  // memory for as long as the event waits.
  const own = text.split('\0').filter((line) => !line.startsWith('CONFIG_'));
  for (const line of Buffer.from(own.join('\0')).toString().split('\0')) {
    const separator = line.indexOf('=');
    if (separator > 0) properties[line.slice(0, separator)] = line.slice(separator + 1);
  }
  const { SEQNUM, GANDI_HANDLER, ACTION, DEVPATH, GANDI_SPOOLED_AT } = properties;
  const sequence = Number(SEQNUM || Number.NaN);
  const spooledAt = Number(GANDI_SPOOLED_AT || Number.NaN);
  if (!GANDI_HANDLER || !ACTION || !DEVPATH || !Number.isSafeInteger(sequence) || !Number.isFinite(spooledAt))
    return undefined;
  return { entry, sequence, handler: GANDI_HANDLER, action: ACTION, devicePath: DEVPATH, spooledAt, properties };
}
