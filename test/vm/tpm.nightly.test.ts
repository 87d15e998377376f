import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';
import type { BootOptions } from '../../lab/boot.ts';
import type { Guest } from '../../lab/guest.ts';
import { test } from '../../lab/story.ts';
import { startTpm } from '../../lab/tpm.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const minute = 60_000;
const key = 'a-key-that-nobody-else-has-90c4e1d7';
const find = '/dev/disk/by-id/scsi-0gandi.ne*disk_vol-7';
const isMissing = (await execa('which', ['swtpm'], { reject: false })).exitCode !== 0;

test('a container that the TPM of its machine opens is mounted, and another machine does not open it', {
  timeout: 30 * minute,
}, async ({ boot, skip }) => {
  skip(isMissing, 'swtpm is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'gandi-tpm-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const image = join(folder, 'sealed.img');

  const own = await startMachine(boot, join(folder, 'own'));
  const disk = await own.attachDisk({ serial: 'vol-7' });
  await own.waitFor(`test -e ${find}`);
  await untilIdle(own);
  await own.writeFile('/root/key', key);
  await own.expect(
    `cryptsetup luksFormat -q --type luks2 --pbkdf-force-iterations 4 --pbkdf-memory 32768 --key-file /root/key ${find} && systemd-cryptenroll --unlock-key-file=/root/key --tpm2-device=auto --tpm2-pcrs= ${find} && cryptsetup open --key-file /root/key ${find} new && mkfs.ext4 -q -L sealed /dev/mapper/new && cryptsetup close new && rm /root/key`,
    120,
  );
  await disk.detach();
  await untilIdle(own);
  const again = await own.attachDisk({ serial: 'vol-7', image: disk.image });
  await own.waitForMount('/srv/sealed', 120);
  await untilIdle(own);
  await own.expect('echo kept >/srv/sealed/file && sync');
  await own.reboot();
  await own.waitForBoot();
  expect(await own.expect('cat /srv/sealed/file; ls /etc/gandi/keys 2>/dev/null || true')).toBe('kept');
  expect(await own.expect(`journalctl | grep -c ${key} || true`)).toBe('0');
  await untilIdle(own);
  await own.expect('gandi-agent disk detach sealed');
  await again.detach();
  expect(await own.expect('ls /sys/block | grep dm- || true')).toBe('');
  await copyFile(again.image, image);
  await own.stop();

  const other = await startMachine(boot, join(folder, 'other'));
  const taken = await other.attachDisk({ serial: 'vol-7', image });
  await other.waitFor(`test -e ${find}`);
  await other.waitFor('gandi-agent timeline | grep --quiet "no token of its header opens it"', 120);
  expect(await other.expect('ls /sys/block | grep dm- || true; ls /srv')).toBe('');
  await taken.detach();
});

async function startMachine(boot: (options: BootOptions) => Promise<Guest>, folder: string): Promise<Guest> {
  const guest = await boot({ debian: 12, system: 'tpm', memory: 1024, tpmSocket: await startTpm(folder) });
  await guest.waitForBoot();
  await guest.expect(`sed -i 's|^CONFIG_LAYERS=.*|CONFIG_LAYERS="luks"|' /etc/default/gandi && test -e /dev/tpmrm0`);
  return guest;
}
