import { constants } from 'node:fs';
import { AgentError } from '../../../core/error/agent-error.ts';
import type { Files } from '../../../core/system/files.ts';
import type { System } from '../../../core/system/system.ts';
import type { DiskLayout } from '../block-device/layout.ts';
import { type EmbeddingRoom, embedGrub, embeddingRoom } from './grub-embedding.ts';

const { O_RDWR } = constants;

/**
 * Makes a disk start by itself under BIOS, where the tree has GRUB's images in /boot/grub/i386-pc: the first sector and
 * the core go where grub-install would put them. EFI needs nothing: its loader is a file of the system partition.
 * @throws AgentError `boot-loader.no-room`, `boot-loader.not-grub`
 */
export async function installBootLoader(
  layout: DiskLayout,
  disk: string,
  tree: Files,
  { files }: System,
): Promise<void> {
  const room = embeddingRoom(layout);
  const [boot, core] = await Promise.all(['boot.img', 'core.img'].map((name) => tree.readBytes(`${folder}/${name}`)));
  if (room === undefined || boot === undefined || core === undefined) return;
  await using handle = await files.open(disk, O_RDWR);
  const { buffer: old } = await handle.read(Buffer.alloc(512), 0, 512, 0);
  const { sector, coreSectors } = embed(old, boot, core, room);
  await handle.write(coreSectors, 0, coreSectors.length, room.start * 512);
  await handle.write(sector, 0, sector.length, 0);
  await handle.sync();
}

const folder = '/boot/grub/i386-pc';

function embed(old: Uint8Array, boot: Uint8Array, core: Uint8Array, room: EmbeddingRoom) {
  const sectors = Math.ceil(core.length / 512);
  if (sectors > room.sectors)
    throw new AgentError(`GRUB's core takes ${sectors} sectors, and there is room for ${room.sectors}`, {
      code: 'boot-loader.no-room',
      subject: `${folder}/core.img`,
      remedy: 'let the first partition begin at 1 MiB, or give a GPT a partition of 1 MiB or more with type EF02',
    });
  if (boot.length !== 512 || core.length < 1024)
    throw new AgentError('it is not an image of GRUB for BIOS', {
      code: 'boot-loader.not-grub',
      subject: folder,
      remedy: 'make it with grub-mkimage -O i386-pc, as the element bootloader does',
    });
  return embedGrub(old, boot, core, room);
}
