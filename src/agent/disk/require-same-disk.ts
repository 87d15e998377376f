import { readDiskSequence } from '../../core/block-device/disk-sequence.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

/** Which disk is meant, should its kernel name be used again. */
export interface MeantDisk {
  /** Path of the block device that is acted on. */
  readonly device: string;
  /** Path of the whole disk that it is, or is a part of. */
  readonly disk: string;
  /** DISKSEQ of that disk when the action was planned. */
  readonly diskSequence: number | null;
}

/** @throws AgentError `disk.replaced`: the disk that was looked at is gone, and another one has its name */
export async function requireSameDisk(meant: MeantDisk, verb: string, system: System): Promise<void> {
  if ((await readDiskSequence(system, meant.disk)) === meant.diskSequence) return;
  throw new AgentError(`cannot ${verb} it: another disk has this name now`, {
    code: 'disk.replaced',
    subject: meant.device,
    remedy: 'nothing needs to be done: the other disk has an event of its own',
    exitCode: ExitCode.refusedToProtectData,
  });
}
