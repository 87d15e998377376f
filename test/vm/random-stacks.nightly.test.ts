import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import type { GuestDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { describeStack, type RandomStack, randomStacks, stackCommands } from './random-stacks.ts';

const minute = 60_000;
const seed = Number(process.env.SEED ?? 1);
// One takes a guest without virtualisation a minute or two.
const count = Number(process.env.GANDI_STACKS ?? 12);
/** Made at the same time: the guest has room for a few dozen disks. */
const madeAtOnce = 8;
const key = 'a-key-that-nobody-else-has-51c0a9e7';
const size = 192;
const grownSize = 288;
const mebibyte = 2 ** 20;

/** Stacks of layers that nobody thought of: attached, grown, removed and attached again, beside a disk that is part of no stack. */
describe(`random stacks from seed ${seed}`, () => {
  const guest = sharedGuest({ debian: 12, system: 'layers', memory: 1024 });
  let bystander: GuestDisk | undefined;
  let untouched = '';

  const flag = (words: string) =>
    guest().expect(`sed -i 's|^CONFIG_LAYERS=.*|CONFIG_LAYERS="${words}"|' /etc/default/gandi`);
  const stacks = randomStacks(seed, count);
  const imagesOf = new Map<RandomStack, readonly string[]>();
  const attach = async (serial: string, image?: string) => {
    const disk = await guest().attachDisk(image === undefined ? { serial, size } : { serial, image });
    await guest().waitFor(`test -e /dev/disk/by-id/scsi-0gandi.ne*disk_${serial}`);
    return disk;
  };
  const pull = async (disks: readonly GuestDisk[]) => {
    await Promise.all(disks.map((disk) => disk.detach()));
    await untilIdle(guest());
  };
  const serialsOf = ({ number, disks }: RandomStack) =>
    Array.from({ length: disks }, (_, index) => `s${number}-${index}`);
  const deviceOf = (serial: string) => guest().expect(`readlink -f /dev/disk/by-id/scsi-0gandi.ne*disk_${serial}`);
  const layersLeft = () => guest().expect('ls /sys/block | grep -E "^(dm-|md)" || true');
  const digestOf = async ({ image }: GuestDisk) =>
    createHash('sha256')
      .update(await readFile(image))
      .digest('hex');

  test('a disk that is part of no stack', async () => {
    await guest().writeFile('/root/key', key);
    await guest().expect('install -d -m 700 /etc/gandi/keys && echo CONFIG_GROW_PARTITION=1 >>/etc/default/gandi');
    bystander = await attach('bystander');
    await untilIdle(guest());
    untouched = await digestOf(bystander);
    expect(untouched).toMatch(/^[0-9a-f]{64}$/);
  });

  test('stacks are made by hand, while the agent leaves layers alone', { timeout: count * 5 * minute }, async () => {
    await flag('');
    for (let first = 0; first < stacks.length; first += madeAtOnce) {
      const made: GuestDisk[] = [];
      for (const stack of stacks.slice(first, first + madeAtOnce)) {
        const disks: GuestDisk[] = [];
        for (const serial of serialsOf(stack)) disks.push(await attach(serial));
        imagesOf.set(
          stack,
          disks.map(({ image }) => image),
        );
        await guest().expect(stackCommands(stack, await Promise.all(serialsOf(stack).map(deviceOf))), 120);
        made.push(...disks);
      }
      await pull(made);
      expect(await layersLeft()).toBe('');
    }
    await flag('luks lvm md');
  });

  test.each(stacks.map((stack) => ({ what: describeStack(stack), stack })))(
    '$what',
    { timeout: 30 * minute },
    async ({ stack }) => {
      const folder = `/srv/s${stack.number}`;
      const serials = serialsOf(stack);
      const images = imagesOf.get(stack) ?? [];
      let disks: GuestDisk[] = [];
      const attachAll = async () => {
        const order = serials.map((serial, index) => ({ serial, image: images[index] ?? '', index }));
        if (stack.isReversed) order.reverse();
        const came: { readonly disk: GuestDisk; readonly index: number }[] = [];
        for (const { serial, image, index } of order) came.push({ disk: await attach(serial, image), index });
        disks = came.toSorted((a, b) => a.index - b.index).map(({ disk }) => disk);
        await guest().waitForMount(folder);
        await untilIdle(guest());
      };
      await attachAll();
      await guest().expect(`head -c 1M /dev/urandom >${folder}/file && sha256sum ${folder}/file >/root/sum && sync`);
      const bytes = async () => Number(await guest().expect(`df --output=size --block-size=1 ${folder} | tail -1`));
      const before = await bytes();
      for (const disk of disks) await disk.resize(grownSize);
      const enough = before + ((grownSize - size) * mebibyte) / 2;
      await guest().waitFor(`test $(df --output=size --block-size=1 ${folder} | tail -1) -gt ${enough}`, 60);
      await untilIdle(guest());
      await guest().expect('sha256sum --check --quiet /root/sum');

      if (stack.removal === 'detached') {
        expect(await guest().expect(`gandi-agent disk detach s${stack.number}`)).toMatch(/may be removed now/);
        expect(await layersLeft()).toBe('');
        await pull(disks);
      } else if (stack.removal === 'pulled') await pull(disks);
      else for (const disk of disks) await pull([disk]);
      await guest().waitFor(`! test -e ${folder}`, 120);
      await untilIdle(guest());
      expect(await layersLeft()).toBe('');
      expect(await guest().expect('ls /run/gandi/disks | grep -E "dm-|md" || true')).toBe('');

      // A mirror whose disks went one after the other is of two ages.
      const isOfTwoAges = stack.layers.includes('md') && stack.removal === 'pulled one by one';
      if (!isOfTwoAges) {
        await attachAll();
        await guest().expect('sha256sum --check --quiet /root/sum');
        await guest().expect(`gandi-agent disk detach s${stack.number}`);
        await pull(disks);
      }
      expect(await layersLeft()).toBe('');
      for (const image of images) await rm(image);
    },
  );

  test('no other disk has changed, and the key is nowhere but where it was put', async () => {
    if (bystander === undefined) throw new Error('the bystander is not attached');
    expect(await digestOf(bystander)).toBe(untouched);
    expect(await guest().expect(`journalctl --boot | grep -c ${key} || true`)).toBe('0');
    expect(await guest().expect(`grep -rl ${key} /run /var /tmp || true`)).toBe('');
    expect(await guest().expect('ls /var/lib/systemd/coredump 2>/dev/null || true')).toBe('');
  });
});
