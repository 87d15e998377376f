import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { type Decision, type DecisionTable, decide, decideAlways } from '../../core/decision/decision-table.ts';

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

export type SourceVerdict = Decision<Trust>;

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

const document = 'docs/decisions/configuration-source.md';

/** What the flag says, before any device is looked at. */
export const flagTable: DecisionTable<string, 'refuse'> = {
  document,
  rows: [
    {
      row: 1,
      code: 'config-drive.not-designated',
      outcome: 'refuse',
      applies: (flagDevice) =>
        flagDevice !== '' &&
        !isSetByPlatform(flagDevice) &&
        `CONFIG_DRIVE_DEVICE is not a name that the platform decides: ${JSON.stringify(flagDevice)}`,
    },
  ],
};

/** Each device that carries the label. To add one: a row here, a row in the document, a test with its number. */
export const sourceTable: DecisionTable<{ readonly labelled: LabelledDevice; readonly facts: SourceFacts }, Trust> = {
  document,
  rows: [
    {
      row: 2,
      code: 'data-disk',
      outcome: 'nothing',
      applies: ({ labelled: { isDataDisk } }) => isDataDisk && 'it is a data disk',
    },
    {
      row: 3,
      code: 'named',
      outcome: 'anything',
      applies: ({ labelled: { device }, facts: { flagDevice } }) =>
        isNamed(device, flagDevice) && 'CONFIG_DRIVE_DEVICE names it',
    },
    {
      row: 4,
      code: 'another-is-named',
      outcome: 'nothing',
      applies: ({ facts: { flagDevice } }) => flagDevice !== '' && 'CONFIG_DRIVE_DEVICE names another device',
    },
    {
      row: 5,
      code: 'not-a-cd-rom',
      outcome: 'nothing',
      applies: ({ labelled: { device } }) => !device.isCdRom && 'it is not a CD-ROM, and any disk can carry this label',
    },
    {
      row: 6,
      code: 'configured',
      outcome: 'applied',
      applies: ({ facts: { isConfigured } }) => isConfigured && 'this machine is configured already',
    },
    { row: 7, code: 'cd-rom', outcome: 'anything', applies: () => 'it is a CD-ROM' },
  ],
};

/** The devices of which something may be read. */
export const choiceTable: DecisionTable<readonly JudgedDevice[], 'stop'> = {
  document,
  rows: [
    {
      row: 8,
      code: 'config-drive.several',
      outcome: 'stop',
      applies: (readable) => readable.length > 1 && 'more than one device is left',
    },
  ],
};

/**
 * Which device may be read as the configuration of this machine: by what the platform sets and no disk can write, or by
 * the admin's word. The table is docs/decisions/configuration-source.md.
 */
export function designateSource(facts: SourceFacts): SourceDesignation {
  const refused = decide(flagTable, facts.flagDevice);
  if (refused !== undefined) return { kind: 'refused', because: refused.because, leftAlone: [] };
  const judged = facts.labelled.map((labelled) => ({
    device: labelled.device,
    verdict: decideAlways(sourceTable, { labelled, facts }),
  }));
  const leftAlone = judged.filter(({ verdict }) => verdict.outcome === 'nothing');
  const readable = judged.filter(({ verdict }) => verdict.outcome !== 'nothing');
  if (decide(choiceTable, readable) !== undefined) {
    return { kind: 'several', devices: readable.map(({ device }) => device), leftAlone };
  }
  const [first] = readable;
  if (first === undefined || first.verdict.outcome === 'nothing') return { kind: 'none', leftAlone };
  return { kind: 'one', device: first.device, trust: first.verdict.outcome, leftAlone };
}

/** Whether the flag's text is a name of this device. */
export function isNamed({ links }: BlockDevice, flagDevice: string): boolean {
  return flagDevice !== '' && links.includes(flagDevice);
}

// by-id also has names that the content of a disk decides: those of LVM, md and device-mapper.
function isSetByPlatform(path: string): boolean {
  return /^\/dev\/disk\/(by-path\/|by-id\/(?!lvm-|md-|dm-))[^/]+$/.test(path);
}
