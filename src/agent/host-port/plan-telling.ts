import { nameIn } from '../disk/disk-record-key.ts';
import type { DiskRecord } from '../disk/disk-records.ts';
import { poolDeviceCode } from '../disk/plan-pool-device.ts';
import { isLayered } from '../stack/stack.ts';
import { isOfOthers } from '../stack/stack-decision.ts';
import type { HostEvent, HostRecord } from '../../core/host-port/host-record.ts';

/** What the platform was told last of one attachment of a disk. */
export interface ToldDisk {
  readonly device: string;
  readonly serial: string | null;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly standing: 'attached' | 'detached' | 'refused' | 'none';
  readonly filledBytes: number | null;
  readonly reason: string | null;
}

export interface TellingFacts {
  readonly device: string;
  /** What the platform knows; undefined for a disk that it was told nothing of. */
  readonly told: ToldDisk | undefined;
  /** It was detached before it went, or is because somebody asks for it. */
  readonly wasDetached: boolean;
  /** On record now that the event was answered. */
  readonly now: DiskRecord | undefined;
  /** What is built on it is the agent's to mount, or was until now: the platform is told of that. */
  readonly bearsOurStack: boolean;
  /** Serial by which the platform knows what is built on its disks; null for a disk. */
  readonly serialBeneath: string | null;
  /** Code of what failed; null if nothing did. */
  readonly failure: string | null;
  /** Size of the block device; null if it is gone. */
  readonly bytes: number | null;
}

export interface PlannedTelling {
  readonly record: Omit<HostRecord, 'version' | 'sequence' | 'seconds'>;
  /** What the platform knows then. */
  readonly told: ToldDisk;
}

/** Rows for devices that the platform is not told of: it is told of their partitions or their pool, or of nothing. */
const silentRefusals: readonly string[] = ['not-a-data-disk', 'system-disk', 'has-partitions', poolDeviceCode];

/**
 * What the platform is to be told after an event of a disk was answered: one record at most, and none of what it knows already, so
 * an event that is replayed tells nothing.
 */
export function planTelling(facts: TellingFacts): PlannedTelling | undefined {
  const { told, now, failure } = facts;
  const standing = standingOf(facts);
  const event = now === undefined ? eventOfGone(facts) : (eventOf(now, standing, facts) ?? eventOfFailure(facts));
  if (event === undefined) return undefined;
  const reason = reasonOf(event, facts);
  const known = {
    device: facts.device,
    serial: now?.serial ?? facts.serialBeneath ?? told?.serial ?? null,
    path: now?.mountPoint ?? told?.path ?? null,
    bytes: facts.bytes ?? told?.bytes ?? null,
  };
  const filledBytes = now?.filledBytes ?? null;
  const kept = standing === 'none' ? (told?.standing ?? 'none') : standing;
  return {
    record: { event, ...known, reason },
    told: {
      ...known,
      standing: now === undefined ? 'detached' : kept,
      filledBytes,
      reason: knownReason(event, reason, failure),
    },
  };
}

/** A refusal is known by its own reason, also where an act that failed came to it: its replay tells nothing then. */
function knownReason(event: HostEvent, reason: string | null, failure: string | null): string | null {
  return event === 'refused' ? reason : (failure ?? reason);
}

function standingOf({ now, told, bearsOurStack }: TellingFacts): ToldDisk['standing'] {
  if (now === undefined || now.isBeingMounted) return 'none';
  const isKnown = told !== undefined && told.standing !== 'none';
  if (now.isDetached) return bearsOurStack && !isKnown ? 'none' : 'detached';
  if (now.mountPoint !== null) return 'attached';
  if (now.refusal === null || isSilent(now.refusal, now.key)) return 'none';
  return bearsOurStack && now.refusal === 'in-use' ? 'none' : 'refused';
}

/** What is built on disks of others, or is a part of a volume, is nothing that the platform attached. */
function isSilent(refusal: string, key: string): boolean {
  if (silentRefusals.includes(refusal)) return true;
  return isLayered(nameIn(key)) && (isOfOthers(refusal) || refusal === 'internal-volume');
}

/** A disk that was never mounted leaves without a word, unless looking at it failed. */
function eventOfGone({ told, failure }: TellingFacts): HostEvent | undefined {
  if (told?.standing === 'attached') return 'detached';
  return failure !== null && told?.reason !== failure ? 'failed' : undefined;
}

function eventOf(now: DiskRecord, standing: ToldDisk['standing'], { told }: TellingFacts): HostEvent | undefined {
  if (standing === 'none') return undefined;
  if (told?.standing !== standing) return standing;
  if (standing === 'refused') return told.reason === now.refusal ? undefined : 'refused';
  if (standing === 'detached') return undefined;
  if (told.path !== now.mountPoint) return 'attached';
  const hasGrown = now.filledBytes !== null && now.filledBytes > (told.filledBytes ?? 0);
  return hasGrown ? 'grown' : undefined;
}

function eventOfFailure({ told, failure }: TellingFacts): HostEvent | undefined {
  return failure === null || told?.reason === failure ? undefined : 'failed';
}

function reasonOf(event: HostEvent, { wasDetached, now, failure }: TellingFacts): string | null {
  if (event === 'refused') return now?.refusal ?? null;
  if (event === 'detached' && now === undefined && !wasDetached) return 'disk.gone';
  return failure;
}
