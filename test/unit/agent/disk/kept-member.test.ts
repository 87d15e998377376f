import { expect, test } from 'vitest';
import { assembleLayerKind } from '../../../../src/agent/disk/assemble-layer.ts';
import { growLayerKind } from '../../../../src/agent/disk/grow-layer.ts';
import { lookAtLayerDevice } from '../../../../src/agent/disk/look-at-layer-device.ts';
import { observeMemberOf } from '../../../../src/agent/disk/observe-member.ts';
import { assemblyTable } from '../../../../src/agent/stack/assembly-decision.ts';
import { decide } from '../../../../src/core/decision/decision-table.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';

const file = '/etc/gandi/disks.d/pg.conf';
const container = '11111111-2222-4333-8444-555555555555';

const disk = (name: string, number: string): Tree => ({
  [`/sys/class/block/${name}`]: `->../../block/${name}`,
  ...sysfsDevice(`/sys/block/${name}`, { dev: number, size: '131072', diskseq: '7' }),
});

const ofArray = { ID_FS_TYPE: 'linux_raid_member', ID_FS_USAGE: 'raid', ID_FS_UUID: 'array' };
const ofContainer = { ID_FS_TYPE: 'crypto_LUKS', ID_FS_USAGE: 'crypto', ID_FS_VERSION: '2', ID_FS_UUID: container };

/** Two data disks with one content, by what udev says of it, and what lies on the first where `isOpen`. @returns also what was run */
async function machineWith(text: string, content: Readonly<Record<string, string>>, isOpen = false) {
  const opened: Tree = {
    ...disk('dm-0', '253:0'),
    '/sys/block/dm-0/dm/name': 'luks-1\n',
    '/sys/block/dm-0/dm/uuid': 'CRYPT-LUKS2-1-luks-1\n',
    '/sys/block/dm-0/slaves/sda': '',
    '/sys/block/sda/holders/dm-0': '',
  };
  const machine = await fakeMachine({
    '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n',
    '/proc/swaps': 'Filename\n',
    ...disk('sda', '8:0'),
    ...disk('sdb', '8:16'),
    ...(isOpen ? opened : {}),
    ...(text === '' ? {} : { [file]: text }),
  });
  const ran: string[] = [];
  const answers: Readonly<Record<string, (name: string) => string>> = {
    udevadm: (name) =>
      Object.entries(
        name === 'dm-0'
          ? { ID_FS_TYPE: 'ext4', ID_FS_USAGE: 'filesystem', ID_FS_UUID: 'on-top' }
          : {
              GANDI_DATA_DISK: '1',
              ID_SERIAL_SHORT: `serial-${name}`,
              ...(name === 'sda' || content === ofArray ? content : {}),
            },
      )
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    mdadm: () => 'MD_LEVEL=raid1\nMD_DEVICES=2\nMD_UUID=af74b8b1:47c9a710:6f3328ce:8f730f02\n',
    cryptsetup: () => '{"tokens":{"0":{"type":"systemd-tpm2","tpm2-pin":false}}}',
    dmsetup: () => '0 1000 crypt aes-xts-plain64 :64:logon:key 0 8:0 2048\n',
  };
  const run: System['processes']['run'] = async (tool, args) => {
    ran.push([tool, ...args].join(' '));
    const name = args.at(-1)?.split('/').at(-1) ?? '';
    return { exitCode: 0, stdout: answers[tool]?.(name) ?? '', stderr: '' };
  };
  const hold: System['processes']['hold'] = async () => ({ release: async () => undefined });
  const node = {
    fd: 3,
    stat: async () => ({ isBlockDevice: () => true }),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const open = async () => node as unknown as Awaited<ReturnType<System['files']['open']>>;
  const files = Object.assign(Object.create(machine.files), { open }) as System['files'];
  const system: System = { ...machine, files, processes: { ...machine.processes, run, hold } };
  return { system, ran };
}

const meant = { device: '/dev/sda', disk: '/dev/sda', diskSequence: 7 };

test.each([
  [
    'SERIAL=serial-sdb\nPATH=/pg\nREAD_ONLY=yes\n',
    `${file} keeps /dev/sdb from any change, and its members are written to`,
  ],
  ['SERIAL=serial-sdb\nPATH=\n', `${file} may mean /dev/sdb, and has a mistake, and its members are written to`],
  ['SERIAL=serial-sdb\nPATH=/pg\n', undefined],
  // Rows 64 and 65 of docs/decisions/data-disk.md say what that means.
  ['SERIAL=serial-sda\nPATH=/pg\nREAD_ONLY=yes\n', undefined],
])('row 17: of the other disk of an array %j counts too', async (text, because) => {
  const { system } = await machineWith(text, ofArray);
  const { seen, properties, mounts } = await lookAtLayerDevice(system, '/dev/sda', 'md');
  if (seen === undefined) throw new Error('the disk is not seen');
  const member = await observeMemberOf(system, 'md', seen, properties, mounts);
  expect(decide(assemblyTable, member)?.because).toBe(because);
});

test.each([
  ['READ_ONLY=yes\n', false, 'keeps /dev/sda from any change'],
  ['READ_ONLY=yes\n', true, undefined],
  ['READ_ONLY=perhaps\n', true, 'may mean /dev/sda, and has a mistake'],
])(
  'a file with %j that was written since a container was planned to be opened counts',
  async (line, isReadOnly, why) => {
    const { system, ran } = await machineWith(`SERIAL=serial-sda\nPATH=/pg\n${line}`, ofContainer);
    const opening = assembleLayerKind.apply({ kind: 'assemble-layer', layer: 'luks', ...meant, isReadOnly }, system);
    if (why === undefined) await opening;
    else await expect(opening).rejects.toMatchObject({ code: 'layer.refused', message: expect.stringContaining(why) });
    expect(ran.some((line) => line.startsWith('cryptsetup open'))).toBe(why === undefined);
  },
);

test.each([
  ['', true],
  ['UUID=on-top\nPATH=/pg\n', true],
  ['UUID=on-top\nPATH=/pg\nREAD_ONLY=yes\n', false],
  ['UUID=on-top\nPATH=/pg\nREAD_ONLY=perhaps\n', false],
])('beneath what is not mounted yet, and that %j means, growth is %s', async (text, isGrown) => {
  const { system, ran } = await machineWith(text, ofContainer, true);
  await growLayerKind.apply({ kind: 'grow-layer', layer: 'luks', ...meant }, system);
  expect(ran.some((line) => line.startsWith('cryptsetup resize'))).toBe(isGrown);
});
