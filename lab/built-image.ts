import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BuildEvent } from '../src/provision/image/build/build-event.ts';
import { accelerator } from './accelerator.ts';
import { builtPackage, type GuestImage } from './agent-image.ts';
import { buildImage } from './build-image.ts';
import { cacheFolder } from './cache.ts';
import { type DebianVersion, suites } from './debian.ts';
import { quiet } from './qemu.ts';

/** What NAME.image.json says of it. */
export interface BuiltImage extends GuestImage {
  readonly system: string;
  readonly agent: string;
  readonly packages: number;
  readonly sha256: string;
}

/** The elements of the image of the demo. */
export const elements = ['vm', 'debian-minimal', 'gandi-vm-agent', 'openssh-server', 'lab'] as const;

const description = z.object({
  system: z.string(),
  agent: z.string(),
  files: z.tuple([z.object({ sha256: z.string() })]),
  packages: z.array(z.unknown()),
});

/**
 * An image with the agent that starts by its own boot loader, as somebody makes it who builds images, with the lab's shell in
 * it. It is built again only where something has changed.
 * @param tell gets each step of the build as it ends
 */
export async function builtImage(version: DebianVersion, tell: (event: BuildEvent) => void): Promise<BuiltImage> {
  const folder = join(cacheFolder(), 'built');
  await mkdir(folder, { recursive: true });
  const target = join(folder, `debian-${version}`);
  const { kernelArguments } = await accelerator();
  await buildImage({
    words: ['--output', target, '--types', 'raw', ...elements],
    variables: {
      DIB_RELEASE: suites[version],
      DIB_GANDI_VM_AGENT_PACKAGE: await builtPackage(),
      DIB_BOOTLOADER_DEFAULT_CMDLINE: [...quiet, ...kernelArguments].join(' '),
      DIB_GRUB_TIMEOUT: '0',
      OVERWRITE_OLD_IMAGE: '1',
    },
    tell,
  });
  const { system, agent, files, packages } = description.parse(
    JSON.parse(await readFile(`${target}.image.json`, 'utf8')),
  );
  return { disk: `${target}.raw`, system, agent, packages: packages.length, sha256: files[0].sha256 };
}
