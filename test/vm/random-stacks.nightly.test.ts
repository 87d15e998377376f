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
/** Of stacks that are made, and come and go, together: the guest has room for a few dozen disks. */
const groupSize = 4;
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
  const groups = Array.from({ length: Math.ceil(count / groupSize) }, (_, index) =>
    stacks.slice(index * groupSize, (index + 1) * groupSize),
  );
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
    for (const group of groups) {
      const made: GuestDisk[] = [];
      for (const stack of group) {
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

  const folderOf = ({ number }: RandomStack) => `/srv/s${number}`;
  const attachStack = async (stack: RandomStack) => {
    const images = imagesOf.get(stack) ?? [];
    const order = serialsOf(stack).map((serial, index) => ({ serial, image: images[index] ?? '', index }));
    if (stack.isReversed) order.reverse();
    const came: { readonly disk: GuestDisk; readonly index: number }[] = [];
    for (const { serial, image, index } of order) came.push({ disk: await attach(serial, image), index });
    return came.toSorted((a, b) => a.index - b.index).map(({ disk }) => disk);
  };
  const attachAll = async (group: readonly RandomStack[]) => {
    const attached: { readonly stack: RandomStack; readonly disks: readonly GuestDisk[] }[] = [];
    for (const stack of group) attached.push({ stack, disks: await attachStack(stack) });
    for (const stack of group) await guest().waitForMount(folderOf(stack), 120);
    await untilIdle(guest());
    return attached;
  };
  const detach = async (stack: RandomStack) =>
    expect(await guest().expect(`gandi-agent disk detach s${stack.number}`)).toMatch(/may be removed now/);
  const bytesOf = async (stack: RandomStack) =>
    Number(await guest().expect(`df --output=size --block-size=1 ${folderOf(stack)} | tail -1`));
  const filesAreWhole = async (group: readonly RandomStack[]) => {
    for (const { number } of group) await guest().expect(`sha256sum --check --quiet /root/sum${number}`);
  };

  test.each(groups.map((group) => ({ what: group.map(describeStack).join('; '), group })))(
    '$what',
    { timeout: groupSize * 30 * minute },
    async ({ group }) => {
      const attached = await attachAll(group);
      const before = new Map<RandomStack, number>();
      for (const stack of group) {
        const file = `${folderOf(stack)}/file`;
        await guest().expect(`head -c 1M /dev/urandom >${file} && sha256sum ${file} >/root/sum${stack.number} && sync`);
        before.set(stack, await bytesOf(stack));
      }
      for (const disk of attached.flatMap(({ disks }) => disks)) await disk.resize(grownSize);
      for (const stack of group) {
        const enough = (before.get(stack) ?? 0) + ((grownSize - size) * mebibyte) / 2;
        const bytes = `$(df --output=size --block-size=1 ${folderOf(stack)} | tail -1)`;
        await guest().waitFor(`test ${bytes} -gt ${enough}`, 120);
      }
      await untilIdle(guest());
      await filesAreWhole(group);

      const going = (removal: RandomStack['removal']) => attached.filter(({ stack }) => stack.removal === removal);
      const disksOf = (removal: RandomStack['removal']) => going(removal).flatMap(({ disks }) => disks);
      await pull(disksOf('pulled'));
      for (const disk of disksOf('pulled one by one')) await pull([disk]);
      for (const { stack } of going('detached')) await detach(stack);
      await guest().waitFor('! ls /sys/block | grep -E "^(dm-|md)"', 120);
      await pull(disksOf('detached'));
      for (const stack of group) await guest().waitFor(`! test -e ${folderOf(stack)}`, 120);
      await untilIdle(guest());
      expect(await layersLeft()).toBe('');
      expect(await guest().expect('ls /run/gandi/disks | grep -E "dm-|md" || true')).toBe('');

      // A mirror whose disks went one after the other is of two ages.
      const whole = group.filter(({ layers, removal }) => !layers.includes('md') || removal !== 'pulled one by one');
      const again = await attachAll(whole);
      await filesAreWhole(whole);
      for (const stack of whole) await detach(stack);
      await pull(again.flatMap(({ disks }) => disks));
      expect(await layersLeft()).toBe('');
      for (const image of group.flatMap((stack) => imagesOf.get(stack) ?? [])) await rm(image);
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
