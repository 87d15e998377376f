import { expect, test } from 'vitest';
import { attachDisk } from '../../../../src/agent/disk/manage-disk.ts';
import { releaseFolders } from '../../../../src/agent/disk/protect-assigned-folders.ts';
import { readProtectedFolders, writeProtectedFolder } from '../../../../src/agent/disk/protected-folders.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';

const { flags } = parseFlags('');

async function machine(files: Readonly<Record<string, string>>) {
  const whole = await fakeMachine({ '/data/.keep': '', '/proc/self/mountinfo': '', ...files });
  const ran: string[] = [];
  const run = async (tool: string, args: readonly string[]) => {
    ran.push([tool, ...args.slice(0, 1)].join(' '));
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const system = { ...whole, processes: { ...whole.processes, run } } as System;
  await writeProtectedFolder(system, { path: '/data', isMade: false, isSet: true });
  return { system, ran };
}

test('a folder that no disk is assigned to any more is let go of, and another one is not protected for that', async () => {
  const { system, ran } = await machine({ '/etc/gandi/disks.d/pg.conf': 'SERIAL=disk-42\nPATH=/var/lib/pg\n' });
  await releaseFolders(system, flags);
  expect(ran).toEqual(['chattr -i']);
  expect(await readProtectedFolders(system)).toEqual([]);
});

test('one that a disk is assigned to is kept, and so are all while a file has a mistake', async () => {
  for (const text of ['SERIAL=disk-42\nPATH=/data\n', 'SERIAL=disk-42\n']) {
    const { system, ran } = await machine({ '/etc/gandi/disks.d/pg.conf': text });
    await releaseFolders(system, flags);
    expect(ran).toEqual([]);
    expect(await readProtectedFolders(system)).toHaveLength(1);
  }
});

test('it is let go of before a disk is looked at that a person names', async () => {
  const { system, ran } = await machine({
    ...sysfsDevice('/sys/block/sdb', { dev: '8:16', size: '131072', diskseq: '7' }),
    '/sys/class/block/sdb': '->../../block/sdb',
  });
  const { disks } = await attachDisk(system, flags, '/dev/sdb');
  expect(disks).toMatchObject([{ code: 'not-a-data-disk' }]);
  expect(ran.indexOf('chattr -i')).toBeGreaterThanOrEqual(0);
  expect(ran.indexOf('chattr -i')).toBeLessThan(ran.lastIndexOf('udevadm info'));
});
