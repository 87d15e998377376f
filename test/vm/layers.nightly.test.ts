import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import type { GuestDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { dataDisksOf } from './data-disks-of.ts';

// Many attachments under emulation.
const timeout = 25 * 60_000;
const key = 'a-key-that-nobody-else-has-2b6d405b';

describe.each([12, 13] as const)('what is built on data disks, on Debian %i', (debian) => {
  const guest = sharedGuest({ debian, system: 'layers' });
  const flag = (words: string) =>
    guest().expect(`sed -i 's|^CONFIG_LAYERS=.*|CONFIG_LAYERS="${words}"|' /etc/default/gandi`);
  const { attach, pull, deviceOf, layersLeft } = dataDisksOf(guest);
  const stateOf = async (device: string) => {
    const { state, code } = JSON.parse(await guest().expect(`gandi-agent disk explain --json ${device}`)).disk;
    return code ?? state;
  };
  const bytesAt = async (folder: string) =>
    Number(await guest().expect(`df --output=size --block-size=1 ${folder} | tail -1`));
  const digestOf = async ({ image }: GuestDisk) =>
    createHash('sha256')
      .update(await readFile(image))
      .digest('hex');

  test('LVM over two disks: mounted, grown, detached, and contained where one is pulled', { timeout }, async () => {
    const bystander = await attach('bystander');
    const untouched = await digestOf(bystander);
    let one = await attach('pv-1');
    let two = await attach('pv-2');
    const [first, second] = [await deviceOf('pv-1'), await deviceOf('pv-2')];
    await guest().expect(
      `pvcreate -q ${first} ${second} && vgcreate -q vg ${first} ${second} && lvcreate -q -n data -l 100%FREE vg && mkfs.ext4 -q -L data /dev/vg/data && vgchange -q -an vg`,
    );
    await pull(one, two);
    // As shipped: LVM activates it, and the agent hears nothing of it.
    one = await attach('pv-1', one);
    two = await attach('pv-2', two);
    await guest().waitFor('test -e /dev/vg/data && udevadm settle');
    expect(await guest().expect('gandi-agent timeline | grep -c dm- || true')).toBe('0');
    expect(await guest().run('findmnt /dev/vg/data')).toMatchObject({ exitCode: 1 });
    expect(await stateOf(await deviceOf('pv-1'))).toBe('in-use');
    await guest().expect('vgchange -q -an vg');
    await pull(one, two);

    await flag('lvm');
    one = await attach('pv-1', one);
    expect(await stateOf(await deviceOf('pv-1'))).toBe('lvm-missing');
    two = await attach('pv-2', two);
    await guest().waitForMount('/srv/data');
    await guest().expect('head -c 1M /dev/urandom >/srv/data/file && sha256sum /srv/data/file >/root/sum');
    const before = await bytesAt('/srv/data');
    await one.resize(96);
    await guest().waitFor(`test $(df --output=size --block-size=1 /srv/data | tail -1) -gt ${before + 24 * 2 ** 20}`);
    await untilIdle(guest());
    await guest().expect('sha256sum --check --quiet /root/sum');

    expect(await guest().expect('gandi-agent disk detach data')).toMatch(/may be removed now/);
    expect(await layersLeft()).toBe('');
    expect(await guest().run('test -e /srv/data')).toMatchObject({ exitCode: 1 });
    await pull(one, two);
    one = await attach('pv-1', one);
    two = await attach('pv-2', two);
    await guest().waitForMount('/srv/data');
    await untilIdle(guest());
    await guest().expect('sha256sum --check --quiet /root/sum');

    await guest().expect('(while echo more >>/srv/data/more; do sleep 0.1; done) >/dev/null 2>&1 & sleep 1');
    await pull(two);
    await guest().waitFor('! test -e /srv/data');
    await untilIdle(guest());
    expect(await layersLeft()).toBe('');
    expect(await stateOf(await deviceOf('pv-1'))).toBe('lvm-missing');
    expect(await guest().expect('ls /run/gandi/disks | grep dm- || true')).toBe('');
    const kept = await digestOf(one);
    await pull(one);
    expect(await digestOf(one)).toBe(kept);
    expect(await digestOf(bystander)).toBe(untouched);
    await pull(bystander);
  });

  test('LUKS: on a partition by its key only, and with LVM on it grown through every layer', { timeout }, async () => {
    await flag('luks lvm');
    let disk = await attach('luks');
    const device = await deviceOf('luks');
    const format =
      'cryptsetup luksFormat -q --type luks2 --pbkdf-force-iterations 4 --pbkdf-memory 32768 --key-file /root/key';
    await guest().writeFile('/root/key', key);
    await guest().expect(
      `printf 'label: gpt\\n,\\n' | sfdisk -q ${device} && udevadm settle && ${format} ${device}1 && cryptsetup open --key-file /root/key ${device}1 new && mkfs.ext4 -q -L secret /dev/mapper/new && cryptsetup close new`,
    );
    const uuid = await guest().expect(`blkid -p -s UUID -o value ${device}1`);
    await pull(disk);
    disk = await attach('luks', disk);
    expect(await stateOf(`${device}1`)).toBe('luks-no-key');
    await guest().expect(`install -d -m 700 /etc/gandi/keys && install -m 644 /root/key /etc/gandi/keys/${uuid}`);
    expect(await stateOf(`${device}1`)).toBe('luks-unsafe-key');
    await guest().expect(`chmod 600 /etc/gandi/keys/${uuid}`);
    await pull(disk);

    // Whatever programs are started with, seen by one who looks all the time.
    await guest().expect(
      '(while :; do cat /proc/[0-9]*/cmdline; done >/root/argv 2>/dev/null) & echo $! >/root/watcher',
    );
    disk = await attach('luks', disk);
    await guest().waitForMount('/srv/secret');
    await untilIdle(guest());
    await guest().expect('kill $(cat /root/watcher); grep -q --text cryptsetup /root/argv');
    expect(await guest().expect(`grep -c --text ${key} /root/argv || true`)).toBe('0');
    expect(await guest().expect(`journalctl --boot | grep -c ${key} || true`)).toBe('0');
    expect(await guest().expect(`grep -rl ${key} /run/gandi /var/lib/gandi || true`)).toBe('');
    await guest().expect('gandi-agent disk detach secret');
    expect(await layersLeft()).toBe('');
    await pull(disk);

    let whole = await attach('whole');
    const under = await deviceOf('whole');
    await guest().expect(
      `${format} ${under} && cryptsetup open --key-file /root/key ${under} new && pvcreate -q /dev/mapper/new && vgcreate -q deep /dev/mapper/new && lvcreate -q -n top -l 100%FREE deep && mkfs.ext4 -q -L deep /dev/deep/top && vgchange -q -an deep && cryptsetup close new`,
    );
    await guest().expect(`install -m 600 /root/key /etc/gandi/keys/$(blkid -p -s UUID -o value ${under})`);
    await pull(whole);
    whole = await attach('whole', whole);
    await guest().waitForMount('/srv/deep');
    await untilIdle(guest());
    const before = await bytesAt('/srv/deep');
    await whole.resize(112);
    await guest().waitFor(
      `test $(df --output=size --block-size=1 /srv/deep | tail -1) -gt ${before + 30 * 2 ** 20}`,
      60,
    );
    await untilIdle(guest());
    await pull(whole);
    await guest().waitFor('! test -e /srv/deep');
    await guest().waitFor('! ls /sys/block | grep -q dm-');
    await untilIdle(guest());
    expect(await layersLeft()).toBe('');
  });

  test('LUKS: the key is a credential of systemd', { timeout }, async () => {
    await flag('luks');
    let disk = await attach('handed');
    const device = await deviceOf('handed');
    await guest().writeFile('/root/key', key);
    await guest().expect(
      `cryptsetup luksFormat -q --type luks2 --pbkdf-force-iterations 4 --pbkdf-memory 32768 --key-file /root/key ${device} && cryptsetup open --key-file /root/key ${device} new && mkfs.ext4 -q -L given /dev/mapper/new && cryptsetup close new`,
    );
    const uuid = await guest().expect(`blkid -p -s UUID -o value ${device}`);
    const dropIn = '/etc/systemd/system/gandi-hotplug.service.d';
    const line = debian === 12 ? `LoadCredential=gandi.luks.${uuid}` : 'ImportCredential=gandi.luks.*';
    await pull(disk);
    await guest().expect(
      `install -d ${dropIn} /etc/credstore && printf '[Service]\n${line}\n' >${dropIn}/keys.conf && install -m 600 /root/key /etc/credstore/gandi.luks.${uuid} && systemctl daemon-reload`,
    );
    disk = await attach('handed', disk);
    await guest().waitForMount('/srv/given');
    await untilIdle(guest());
    // Mounted for the whole machine, and not for the service only.
    expect(await guest().expect('grep -c " /srv/given " /proc/1/mountinfo')).toBe('1');
    expect(await guest().expect(`journalctl --boot | grep -c ${key} || true`)).toBe('0');
    expect(await guest().expect('ls /run/credentials | grep gandi || true')).toBe('');
    // A program that dies with the key in its memory leaves no copy.
    expect(await guest().expect('systemctl show --property=LimitCORE --value gandi-hotplug.service')).toBe('0');
    await guest().expect('gandi-agent disk detach given');
    await pull(disk);
    expect(await layersLeft()).toBe('');
    await guest().expect(`rm -r ${dropIn} /etc/credstore/gandi.luks.* && systemctl daemon-reload`);
  });

  test('a mirror: whole or not at all, and it outlives one of its disks', { timeout }, async () => {
    await flag('md');
    let one = await attach('md-1');
    let two = await attach('md-2');
    const [first, second] = [await deviceOf('md-1'), await deviceOf('md-2')];
    await guest().expect(
      `mdadm --create /dev/md0 --quiet --level=1 --raid-devices=2 --metadata=1.2 --assume-clean --run ${first} ${second} && mkfs.ext4 -q -L mirror /dev/md0 && udevadm settle && mdadm --quiet --stop /dev/md0`,
    );
    await pull(one, two);
    one = await attach('md-1', one);
    const { disks } = JSON.parse(await guest().expect('gandi-agent disk list --json'));
    expect(disks).toContainEqual(expect.objectContaining({ device: '/dev/md0', code: 'array-waits' }));
    two = await attach('md-2', two);
    await guest().waitForMount('/srv/mirror');
    await untilIdle(guest());
    const before = await bytesAt('/srv/mirror');
    await one.resize(96);
    await untilIdle(guest());
    expect(await bytesAt('/srv/mirror')).toBe(before);
    await two.resize(96);
    await guest().waitFor(
      `test $(df --output=size --block-size=1 /srv/mirror | tail -1) -gt ${before + 20 * 2 ** 20}`,
      60,
    );
    await untilIdle(guest());

    await pull(two);
    await guest().expect('echo still there >/srv/mirror/file && sync && grep -q still /srv/mirror/file');
    await pull(one);
    await guest().waitFor('! test -e /srv/mirror');
    await untilIdle(guest());
    expect(await layersLeft()).toBe('');
    expect(await guest().expect('ls /run/gandi/disks')).toBe('');
  });
});
