import type { BlockDevice } from '../../core/block-device/block-devices.ts';

/** A device whose file system has the label of a source. The label only says what it would be, never that it may be read. */
export interface LabelledDevice {
  readonly device: BlockDevice;
  /** udev's rules marked it as a data disk (GANDI_DATA_DISK). */
  readonly isDataDisk: boolean;
}

export interface SourceFacts {
  readonly labelled: readonly LabelledDevice[];
  /** CONFIG_DRIVE_DEVICE; empty if it is not set. */
  readonly flagDevice: string;
  /** There is a record of an applied payload or config-drive. */
  readonly isConfigured: boolean;
}

/** What may be read of a device: all that it says, only what the record says was applied from it, or nothing. */
export type Trust = 'anything' | 'applied' | 'nothing';

export interface SourceVerdict {
  /** Row of docs/decisions/configuration-source.md. */
  readonly row: number;
  readonly trust: Trust;
  /** One clause, for the journal. */
  readonly because: string;
}

export interface JudgedDevice {
  readonly device: BlockDevice;
  readonly verdict: SourceVerdict;
}

export type SourceDesignation = { readonly leftAlone: readonly JudgedDevice[] } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly device: BlockDevice; readonly trust: Exclude<Trust, 'nothing'> }
  /** Row 8: nothing is read until the admin says which one is meant. */
  | { readonly kind: 'several'; readonly devices: readonly BlockDevice[] }
  /** Row 1: the flag's name does not say which device is meant. */
  | { readonly kind: 'refused'; readonly because: string }
);

interface Row extends SourceVerdict {
  readonly applies: (labelled: LabelledDevice, facts: SourceFacts) => boolean;
}

/** The first that applies decides. To add one: a line here, a row in the document, a test with its number. */
const rows: readonly Row[] = [
  {
    row: 2,
    trust: 'nothing',
    because: 'it is a data disk',
    applies: ({ isDataDisk }) => isDataDisk,
  },
  {
    row: 3,
    trust: 'anything',
    because: 'CONFIG_DRIVE_DEVICE names it',
    applies: ({ device }, { flagDevice }) => isNamed(device, flagDevice),
  },
  {
    row: 4,
    trust: 'nothing',
    because: 'CONFIG_DRIVE_DEVICE names another device',
    applies: (_, { flagDevice }) => flagDevice !== '',
  },
  {
    row: 5,
    trust: 'nothing',
    because: 'it is not a CD-ROM, and any disk can carry this label',
    applies: ({ device }) => !device.isCdRom,
  },
  {
    row: 6,
    trust: 'applied',
    because: 'this machine is configured already',
    applies: (_, { isConfigured }) => isConfigured,
  },
  { row: 7, trust: 'anything', because: 'it is a CD-ROM', applies: () => true },
];

/**
 * Which device may be read as the configuration of this machine: by what the platform sets and no disk can write, or by
 * the admin's word. The table is docs/decisions/configuration-source.md.
 */
export function designateSource(facts: SourceFacts): SourceDesignation {
  if (facts.flagDevice !== '' && !isSetByPlatform(facts.flagDevice)) {
    const because = `CONFIG_DRIVE_DEVICE is not a name that the platform decides: ${JSON.stringify(facts.flagDevice)}`;
    return { kind: 'refused', because, leftAlone: [] };
  }
  const judged = facts.labelled.map((labelled) => ({ device: labelled.device, verdict: judge(labelled, facts) }));
  const leftAlone = judged.filter(({ verdict }) => verdict.trust === 'nothing');
  const [first, ...others] = judged.filter(({ verdict }) => verdict.trust !== 'nothing');
  if (first === undefined || first.verdict.trust === 'nothing') return { kind: 'none', leftAlone };
  if (others.length === 0) return { kind: 'one', device: first.device, trust: first.verdict.trust, leftAlone };
  return { kind: 'several', devices: [first, ...others].map(({ device }) => device), leftAlone };
}

/** Whether the flag's text is a name of this device. */
export function isNamed({ links }: BlockDevice, flagDevice: string): boolean {
  return flagDevice !== '' && links.includes(flagDevice);
}

// by-id also has names that the content of a disk decides: those of LVM, md and device-mapper.
function isSetByPlatform(path: string): boolean {
  return /^\/dev\/disk\/(by-path\/|by-id\/(?!lvm-|md-|dm-))[^/]+$/.test(path);
}

function judge(labelled: LabelledDevice, facts: SourceFacts): SourceVerdict {
  const found = rows.find(({ applies }) => applies(labelled, facts));
  if (found === undefined) throw new Error('the last row applies to every device');
  return found;
}
