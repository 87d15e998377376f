import { randomUUID } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { DiskModel, type ModelDisk, type ModelLayer } from './disk-model.ts';

const seed = Number(process.env.GANDI_SEED ?? Date.now() % 1_000_000);
const sequences = Number(process.env.GANDI_SEQUENCES ?? 200);
const stepsEach = 3;
const sequencesPerReboot = 25;
const labels = ['data', 'web', 'data_2'];
const placesOfDisks = ['disk', 'disk', 'disk', 'disk', 'luks', 'lvm'] as const;
const key = 'a-key-that-nobody-else-has-0b7d29c4';
const secondsToSettle = 90;
const minutes = 90;

describe('random lives of disks against a model', () => {
  const guest = sharedGuest({ debian: 12, system: 'layers', memory: 1024 });

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
  const disks: ModelDisk[] = [];
  await guest.writeFile('/root/key', key);
  await guest.expect('install -d -m 700 /etc/gandi/keys');
  for (const on of placesOfDisks) disks.push(await makeDisk(guest, pick(labels), on));
  await guest.expect(`sed -i 's|^CONFIG_LAYERS=.*|CONFIG_LAYERS="luks lvm"|' /etc/default/gandi`);
  const model = new DiskModel(disks);
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
      // The label of what is closed cannot be written.
      const away =
        disk.on === 'disk' ? (['attach', 'attach', 'resize', 'relabel'] as const) : (['attach', 'resize'] as const);
      const name = pick(disk.isAttached ? (['detach', 'resize'] as const) : away);
      await actions[name](disk);
      await compare();
      return `${name} disk ${model.disks.indexOf(disk)} (${disk.label}, ${disk.on})`;
    },
    reboot: async () => {
      await guest.reboot();
      await guest.waitForBoot();
      return 'reboot';
    },
  };
}

async function makeDisk(guest: Guest, label: string, on: ModelLayer): Promise<ModelDisk> {
  const disk: ModelDisk = { uuid: randomUUID(), on, label, size: on === 'disk' ? 32 : 48, isAttached: false };
  const image = imageOf(guest, disk);
  if (on === 'disk') {
    await makeDiskImage(image, { fileSystem: 'ext4', label, size: disk.size });
    await runOnHost('tune2fs', ['-U', disk.uuid, image]);
    return disk;
  }
  await writeFile(image, '');
  await truncate(image, disk.size * 2 ** 20);
  const serial = disk.uuid.slice(0, 20);
  const attached = await guest.attachDisk({ image, serial });
  const device = `/dev/disk/by-id/scsi-0gandi.ne_disk_${serial}`;
  await guest.waitFor(`test -e ${device}`);
  const format = `mkfs.ext4 -q -U ${disk.uuid} -L ${label}`;
  await guest.expect(on === 'luks' ? makeContainer(device, format) : makeVolume(device, format), 120);
  await attached.detach();
  await untilIdle(guest);
  return disk;
}

function makeContainer(device: string, format: string): string {
  const options = '-q --type luks2 --pbkdf-force-iterations 4 --pbkdf-memory 32768 --key-file /root/key';
  return `cryptsetup luksFormat ${options} ${device} && cryptsetup open --key-file /root/key ${device} made &&
    install -m 600 /root/key /etc/gandi/keys/$(blkid -p -s UUID -o value ${device}) &&
    ${format} /dev/mapper/made && cryptsetup close made`;
}

function makeVolume(device: string, format: string): string {
  return `pvcreate -q ${device} && vgcreate -q made ${device} && lvcreate -q -y -n data -l 100%FREE made &&
    ${format} /dev/made/data && vgchange -q -an made`;
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
