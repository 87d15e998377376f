import { describe, expect, test } from 'vitest';
import { unmountDiskKind } from '../../../../src/agent/disk/unmount-disk.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const unmount = { kind: 'unmount-disk', mountPoint: '/srv/data', keepFolder: true, lazy: false } as const;
const below = '36 1 8:16 / /srv/data rw - ext4 /dev/sdb rw\n';
const above = '37 36 8:32 / /srv/data rw - ext4 /dev/sdc rw\n';

/** A machine where each program that runs leaves the next of these tables of mounts behind; `undefined`: it fails. */
async function machineWith(before: string, ...tables: (string | undefined)[]) {
  const machine = await fakeMachine({ '/var/lib/gandi/made-folders/data': '/srv/data' });
  const ran: string[] = [];
  let mountinfo = before;
  const files: System['files'] = {
    ...machine.files,
    read: async (path) => (path === '/proc/self/mountinfo' ? mountinfo : machine.files.read(path)),
  };
  const run: System['processes']['run'] = async (tool, args) => {
    ran.push([tool, ...args].join(' '));
    const after = tables.shift();
    if (after === undefined) throw new AgentError('failed', { code: 'process.failed', subject: tool, remedy: 'none' });
    mountinfo = after;
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  return { ran, system: { ...machine, files, processes: { ...machine.processes, run } } };
}

test('a mount that is gone is unmounted', async () => {
  const { ran, system } = await machineWith(below, '');
  await unmountDiskKind.apply(unmount, system);
  expect(ran).toEqual(['umount -- /srv/data']);
});

describe('a tool that says it unmounted, and did not, is not believed', () => {
  test.each([
    ['plainly', unmount, [below], ['umount -- /srv/data']],
    ['lazily', { ...unmount, lazy: true }, [undefined, below], ['umount -- /srv/data', 'umount --lazy -- /srv/data']],
    [
      'with its folder',
      { ...unmount, lazy: true, keepFolder: false },
      [below],
      ['/usr/lib/gandi/remove-mount-point /srv/data'],
    ],
  ] as const)('%s', async (_, action, tables, commands) => {
    const { ran, system } = await machineWith(below, ...tables);
    await expect(unmountDiskKind.apply(action, system)).rejects.toMatchObject({
      code: 'disk.still-mounted',
      subject: '/srv/data',
    });
    expect(ran).toEqual(commands);
  });
});

test('a folder that somebody made before the mount stays, whatever was planned', async () => {
  const { ran, system } = await machineWith(below, '');
  await system.files.remove('/var/lib/gandi/made-folders/data');
  await unmountDiskKind.apply({ ...unmount, lazy: true, keepFolder: false }, system);
  expect(ran).toEqual(['umount -- /srv/data']);
});

test('of two mounts on one folder the upper one goes, and the other is no failure', async () => {
  const { system } = await machineWith(below + above, below);
  await unmountDiskKind.apply(unmount, system);
});

test('what was not mounted is for umount(8) to tell', async () => {
  const { system } = await machineWith('', undefined);
  await expect(unmountDiskKind.apply(unmount, system)).rejects.toMatchObject({ code: 'process.failed' });
});
