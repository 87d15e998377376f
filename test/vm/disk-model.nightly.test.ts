import { randomUUID } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { DiskModel, type ModelDisk } from './disk-model.ts';

const seed = Number(process.env.GANDI_SEED ?? Date.now() % 1_000_000);
const sequences = Number(process.env.GANDI_SEQUENCES ?? 200);
const stepsEach = 3;
const sequencesPerReboot = 25;
const labels = ['data', 'web', 'data_2'];
const diskCount = 4;
const secondsToSettle = 90;
const minutes = 90;

describe('random lives of disks against a model', () => {
  const guest = sharedGuest({ debian: 12 });

  test(`${sequences} sequences of attach, detach, resize, relabel and reboot: no difference (seed ${seed})`, {
    timeout: minutes * 60_000,
  }, async () => {
    const life = await beginLife(guest());
    const differences: string[] = [];
    for (let sequence = 1; sequence <= sequences; sequence += 1) {
      const done: string[] = [];
      for (let step = 0; step < stepsEach; step += 1) done.push(await life.step());
      if (sequence % sequencesPerReboot === 0) done.push(await life.reboot());
      const difference = await life.compare();
      if (difference !== undefined) differences.push(`sequence ${sequence}: ${done.join(', ')}: ${difference}`);
    }
    console.log(`seed ${seed}: ${sequences} sequences, ${differences.length} differences`);
    expect(differences).toEqual([]);
  });
});

interface Life {
  /** Does something at random, and waits until the guest shows what follows from it. */
  step(): Promise<string>;
  reboot(): Promise<string>;
  /** What the guest shows otherwise than the model; undefined if nothing. */
  compare(): Promise<string | undefined>;
}

async function beginLife(guest: Guest): Promise<Life> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const model = new DiskModel(
    await Promise.all(Array.from({ length: diskCount }, () => makeDisk(guest, pick(labels)))),
  );
  const plugged = new Map<ModelDisk, GuestDisk>();
  const actions = {
    attach: async (disk: ModelDisk) => {
      plugged.set(disk, await guest.attachDisk({ image: imageOf(guest, disk), serial: disk.uuid.slice(0, 20) }));
      model.attach(disk);
    },
    detach: async (disk: ModelDisk) => {
      await plugged.get(disk)?.detach();
      disk.isAttached = false;
    },
    resize: async (disk: ModelDisk) => {
      disk.size += 8;
      if (disk.isAttached) await plugged.get(disk)?.resize(disk.size);
      else await truncate(imageOf(guest, disk), disk.size * 2 ** 20);
    },
    relabel: async (disk: ModelDisk) => {
      disk.label = pick(labels);
      await runOnHost('e2label', [imageOf(guest, disk), disk.label]);
    },
  };
  const compare = () => differenceOf(guest, model);
  return {
    compare,
    step: async () => {
      const disk = pick(model.disks);
      const name = pick(
        disk.isAttached ? (['detach', 'resize'] as const) : (['attach', 'attach', 'resize', 'relabel'] as const),
      );
      await actions[name](disk);
      await compare();
      return `${name} disk ${model.disks.indexOf(disk)} (${disk.label})`;
    },
    reboot: async () => {
      await guest.reboot();
      await guest.waitForBoot();
      return 'reboot';
    },
  };
}

async function makeDisk(guest: Guest, label: string): Promise<ModelDisk> {
  const disk: ModelDisk = { uuid: randomUUID(), label, size: 32, isAttached: false };
  await makeDiskImage(imageOf(guest, disk), { fileSystem: 'ext4', label, size: disk.size });
  await runOnHost('tune2fs', ['-U', disk.uuid, imageOf(guest, disk)]);
  return disk;
}

function imageOf(guest: Guest, { uuid }: ModelDisk): string {
  return join(guest.folder, `${uuid}.img`);
}

/** Waits until the guest shows what the model says, and returns how it differs when the time is over. */
async function differenceOf(guest: Guest, model: DiskModel): Promise<string | undefined> {
  const mounted = [...model.mounted()].map(([name, size]) => `${name} ${size}`).sort();
  const show = `{ findmnt --raw --noheadings --output=TARGET,SOURCE | grep ^/srv/ | while read -r target source; do
    field() { dumpe2fs -h $source 2>/dev/null | sed --quiet "s/^$1: *//p"; }
    echo "\${target#/srv/} $(($(field "Block count") * $(field "Block size") / 1048576))"
  done; ls /srv | sed s/^/folder=/; } | sort`;
  const wanted = [...mounted, ...[...model.mounted().keys()].map((name) => `folder=${name}`)].sort().join('\n');
  const { exitCode, stdout } = await guest.run(
    `for try in $(seq ${secondsToSettle * 2}); do now=$(${show}); [ "$now" = "$(printf '%s' '${wanted}' | sort)" ] && exit 0; sleep 0.5; done; echo "$now"; exit 1`,
    secondsToSettle * 3,
  );
  return exitCode === 0
    ? undefined
    : `wanted ${wanted.split('\n').join('; ')}, there was ${stdout.trim().split('\n').join('; ')}`;
}
