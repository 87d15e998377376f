import { z } from 'zod';
import { AgentError } from '../error/agent-error.ts';
import type { System } from '../system/system.ts';

/** A magic string that libblkid knows, found on a block device. */
export interface Signature {
  /** From the start of the device; null where only blkid told of it. */
  readonly offset: number | null;
  /** libblkid's name: `ext4`, `LVM2_member`, `linux_raid_member`, `crypto_LUKS`, `swap`, `swsuspend`, `gpt`, `PMBR`, `dos`. */
  readonly type: string;
}

// The columns are named so that no text of the device (LABEL, UUID) is in the answer.
const wipefsAnswer = z.object({
  signatures: z.array(z.object({ offset: z.string().regex(/^0x[0-9a-f]+$/), type: z.string().min(1) })),
});

/**
 * Every signature on a device, by two tools of util-linux (2.38 of Debian 12 and 2.41 of Debian 13 answer alike) that only read. wipefs(8) lists all of
 * them, also several that contradict each other and those with a broken checksum; `blkid --probe`, blkid(8), adds what has no
 * magic string of its own.
 * @throws AgentError `signatures.unknown` if a tool is missing, fails or answers in another form: no answer must never be
 *   read as "nothing there"
 */
export async function observeSignatures(system: System, devicePath: string): Promise<Signature[]> {
  const listed = await listByWipefs(system, devicePath);
  const probed = await probeByBlkid(system, devicePath);
  const more = probed.filter((type) => !listed.some((signature) => signature.type === type));
  return [...listed, ...more.map((type) => ({ offset: null, type }))];
}

async function listByWipefs(system: System, devicePath: string): Promise<Signature[]> {
  const args = ['--no-act', '--json', '--output', 'OFFSET,TYPE', '--', devicePath];
  const { stdout } = await run(system, 'wipefs', args, devicePath, [0]);
  try {
    const { signatures } = wipefsAnswer.parse(JSON.parse(stdout));
    return signatures.map(({ offset, type }) => ({ offset: Number(offset), type }));
  } catch (cause) {
    throw unknown(devicePath, cause);
  }
}

// blkid(8), EXIT STATUS: 2 nothing found, 8 several signatures that contradict each other, which wipefs lists.
const blkidAnswers = { found: 0, nothing: 2, ambivalent: 8 };

async function probeByBlkid(system: System, devicePath: string): Promise<string[]> {
  const args = ['--probe', '--output', 'export', '--match-tag', 'TYPE', '--match-tag', 'PTTYPE', '--', devicePath];
  const { exitCode, stdout } = await run(system, 'blkid', args, devicePath, Object.values(blkidAnswers));
  if (exitCode === blkidAnswers.ambivalent) return ['ambivalent'];
  return [...stdout.matchAll(/^(?:PT)?TYPE=(.+)$/gm)].map((match) => match[1] ?? '');
}

async function run(system: System, tool: string, args: string[], devicePath: string, acceptExitCodes: number[]) {
  try {
    return await system.processes.run(tool, args, { acceptExitCodes });
  } catch (cause) {
    throw unknown(devicePath, cause);
  }
}

function unknown(devicePath: string, cause: unknown): AgentError {
  return new AgentError('cannot tell what is on it', {
    code: 'signatures.unknown',
    subject: devicePath,
    remedy: 'install util-linux (wipefs, blkid), and look for errors of this disk with `dmesg`',
    cause,
  });
}
