import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observeMountUnits, parseServices } from '../../../../src/agent/disk/mount-units.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';

test('S4: a list of services gives names of units, and nothing else', () => {
  const text =
    'web\n  db.service # main\n\n#no\n../../bin/sh\n--force\n$(reboot)\na b\nmulti-user.target\nx.mount\ntick.timer\n';
  expect(parseServices(text)).toEqual([
    'web.service',
    'db.service',
    'multi-user.target.service',
    'x.mount.service',
    'tick.timer',
  ]);
});

// What `systemd-escape --path --suffix=mount` of systemd 252 prints.
const path = '/etc/gandi/services.d/data';

/** systemd as these tests need it: every unit is there and runs, bound.service and inside.service need the mount, and beside.service is only ordered after it. */
async function withSystemd(files: Readonly<Record<string, string>>): Promise<MachineTree> {
  const tree = await machineTree({ ...files, '/run/systemd/system/.keep': '' });
  for (const folder of ['', 'etc', 'etc/gandi', 'etc/gandi/services.d'])
    await chmod(join(tree.root, folder), 0o755).catch(() => undefined);
  const run: System['processes']['run'] = async (_tool, args) => {
    const names = args.slice(args.indexOf('--') + 1);
    const blocks = names.map((name) => {
      const state = `LoadState=${name.startsWith('no-') ? 'not-found' : 'loaded'}\nActiveState=active\nTransient=${name === 'bound.service' ? 'yes' : 'no'}\n`;
      const needs =
        name === 'inside.service' ? 'RequiresMountsFor=/tmp /srv/data/web\n' : 'RequiresMountsFor=/srv/data2\n';
      return `Id=${name}\n${state}${needs}${name.endsWith('.mount') ? 'RequiredBy=bound.service other.mount\nBoundBy=\nBefore=umount.target inside.service beside.service\n' : ''}`;
    });
    const stdout = blocks.join('\n');
    return { exitCode: 0, stdout, stderr: '' };
  };
  return { ...tree, system: { ...tree.system, processes: { ...tree.system.processes, run } } };
}

test("the admin's services, those that are bound to the mount, and none that do not exist", async () => {
  const { system } = await withSystemd({ [path]: 'web\nno-such\n' });
  expect(await observeMountUnits(system, '/srv/data')).toEqual([
    { name: 'web.service', isTransient: false },
    { name: 'bound.service', isTransient: true },
    { name: 'inside.service', isTransient: false },
  ]);
});

test('S8: a list that others can write, or in a folder that they can write, is not read, and that is said', async () => {
  for (const part of [path, '/etc/gandi/services.d']) {
    const { system, root, log } = await withSystemd({ [path]: 'web\n' });
    await chmod(join(root, part), 0o777);
    const units = await observeMountUnits(system, '/srv/data');
    expect(units.map(({ name }) => name)).toEqual(['bound.service', 'inside.service']);
    expect(log).toEqual([`error: ${path} is not read: ${part} must be root's, and nobody else may write it`]);
  }
});

test.each([
  ['service', {}],
  ['rc-service', { '/run/openrc/softlevel': 'default' }],
])('without systemd, those of the admin that have a script, and run as %s says', async (caller, files) => {
  const { system, root } = await machineTree({
    ...files,
    '/etc/init.d/web': '',
    '/etc/init.d/off': '',
    [path]: 'web\noff\nno-script\n..\n',
  });
  for (const folder of ['', 'etc', 'etc/gandi', 'etc/gandi/services.d']) await chmod(join(root, folder), 0o755);
  const asked: string[] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    asked.push([tool, ...args].join(' '));
    return { exitCode: args[0] === 'web' ? 0 : 3, stdout: '', stderr: '' };
  };
  const withoutSystemd = { ...system, processes: { ...system.processes, run } };
  expect(await observeMountUnits(withoutSystemd, '/srv/data')).toEqual([{ name: 'web.service', isTransient: false }]);
  expect(asked).toEqual([`${caller} web status`, `${caller} off status`]);
});
