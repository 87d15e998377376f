import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { type MmpBlock, mmpPlaceOf, parseMmpBlock, superblockBytes } from './multi-mount.ts';

// A disk that hangs answers nobody, and mount(8) is waited for as long as it takes.
const readSeconds = 30;

/**
 * What the MMP block of an ext file system says now. Starts a child, as a disk that does not answer blocks the process that reads it; with
 * O_DIRECT, as another machine's writes are in no cache of this one.
 * @returns undefined where the file system has no MMP
 * @throws AgentError `process.*`, `file-system.mmp-unreadable`
 */
export async function readMmp(system: System, device: string): Promise<MmpBlock | undefined> {
  const place = mmpPlaceOf(await readBlock(system, device, superblockBytes, 0));
  if (place === null) return undefined;
  if (place === undefined) throw unreadable(device);
  const block = parseMmpBlock(await readBlock(system, device, place.blockBytes, place.block), place.intervalSeconds);
  if (block === undefined) throw unreadable(device);
  return block;
}

async function readBlock(system: System, device: string, bytes: number, block: number): Promise<Buffer> {
  const what = [`if=${device}`, 'iflag=direct', `bs=${bytes}`, `skip=${block}`, 'count=1'];
  const options = { timeoutSeconds: readSeconds, encoding: 'latin1' } as const;
  const { stdout } = await system.processes.run('dd', [...what, 'status=none'], options);
  return Buffer.from(stdout, 'latin1');
}

function unreadable(device: string): AgentError {
  return new AgentError('nobody can say whether another machine has it mounted: its MMP block is damaged', {
    code: 'file-system.mmp-unreadable',
    subject: device,
    remedy: `where no other machine has it, run \`tune2fs -f -E clear_mmp ${device}\`, then \`gandi-agent disk attach ${device}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}
