import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { buildImage } from '../../lab/build-image.ts';
import { rootDisk } from '../../lab/qemu.ts';
import { test } from '../../lab/story.ts';

const minute = 60_000;

/** Where Ubuntu's package has it, unless another is named. */
const keyring = process.env.UBUNTU_KEYRING ?? '/usr/share/keyrings/ubuntu-archive-keyring.gpg';
/** As a test goes nowhere that nobody named. */
const mirror = process.env.UBUNTU_MIRROR;

test('an image of vm and ubuntu-minimal starts by its own boot loader', { timeout: 60 * minute }, async ({
  boot,
  skip,
}) => {
  if (mirror === undefined) return skip('UBUNTU_MIRROR names no archive of Ubuntu');
  if (!existsSync(keyring)) return skip(`Ubuntu's keys are not in ${keyring} (UBUNTU_KEYRING names another file)`);
  const folder = await mkdtemp(join(tmpdir(), 'ubuntu-image-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await buildImage({
    words: ['--output', join(folder, 'image'), '--types', 'raw', 'vm', 'ubuntu-minimal', 'lab'],
    variables: { DIB_RELEASE: 'noble', DIB_DISTRIBUTION_MIRROR: mirror, DIB_APT_KEYRING: keyring },
  });
  const guest = await boot({
    debian: 12,
    image: { disk: join(folder, 'image.raw') },
    memory: 768,
    platform: async (place) => rootDisk(place),
  });
  expect(await guest.waitForBoot(900)).toBe('running');
  expect(await guest.expect('. /etc/os-release && echo $ID $VERSION_CODENAME')).toBe('ubuntu noble');
  expect(await guest.expect('hostname')).toBe('ubuntu');
  expect(await guest.expect('findmnt --noheadings --output=LABEL /')).toBe('cloudimg-rootfs');
  expect(await guest.expect('dpkg --audit; dpkg --verify base-files systemd')).toBe('');
});
