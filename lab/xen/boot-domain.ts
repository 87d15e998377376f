import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentImage } from '../agent-image.ts';
import { discard } from '../boot.ts';
import { makeSwapDisk, type Payload } from '../swap-disk.ts';
import { dom0Image } from './dom0-image.ts';
import { Domain } from './domain.ts';
import { domainImage } from './domain-image.ts';

/**
 * Starts Xen, and on it a Debian 12 that has the agent installed; returns as soon as its root shell answers, in the middle of boot.
 * @param payload what the platform left on `xvdz`
 * @throws Error with the end of the serial log if it never answers
 */
export async function bootDomain(payload: Payload): Promise<Domain> {
  const { disk: root } = await agentImage(12, 'xen');
  const [dom0, domain] = [await dom0Image(), await domainImage()];
  const folder = await mkdtemp(join(tmpdir(), 'gandi-xen-'));
  const swap = join(folder, 'swap.img');
  await makeSwapDisk(swap, payload);
  const guest = new Domain({ folder, dom0, domain, root, swap });
  await guest.start().catch(async (error: unknown) => {
    const log = await readFile(join(folder, 'serial.log'), 'utf8').catch(() => '');
    await discard(guest);
    throw new Error(`the guest did not start; end of its serial log:\n${log.slice(-3000)}`, { cause: error });
  });
  return guest;
}
