import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { config } from '../../../../src/agent/config/config.ts';
import { runStage } from '../../../../src/agent/stage/run-stage.ts';
import { readStages } from '../../../../src/agent/stage/status.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';

const failuresOf = (outcomes: Awaited<ReturnType<typeof config>>) =>
  outcomes.flatMap(({ step, failure }) => (failure === null ? [] : [[step, (failure as { code: string }).code]]));

/** A tree whose programs are run: the stage believes that it is the running machine. */
async function withPlugins(plugins: Readonly<Record<string, string>>, flags = ''): Promise<MachineTree> {
  const off = ['FSTAB', 'CONSOLE', 'CRON', 'TIMEZONE', 'SSHD', 'MOTD', 'EXT_CHECKS', 'GROW_ROOT'].map(
    (name) => `CONFIG_${name}=0\n`,
  );
  const tree = await machineTree({ '/etc/default/gandi': `${off.join('')}${flags}` });
  await mkdir(join(tree.root, 'etc/gandi/plugins.d'), { recursive: true });
  await mkdir(join(tree.root, 'etc/gandi/hooks'));
  for (const [path, body] of Object.entries(plugins)) {
    const text = `#!/bin/sh\necho ${path} >>${tree.root}/ran\n${body}\n`;
    await writeFile(join(tree.root, 'etc/gandi', path), text, { mode: 0o755 });
  }
  for (const folder of ['', 'etc', 'etc/gandi', 'etc/gandi/plugins.d']) await chmod(join(tree.root, folder), 0o755);
  return { ...tree, system: { ...tree.system, root: '/' } };
}

async function ranIn(root: string): Promise<string[]> {
  return (await readFile(join(root, 'ran'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
}

test('plugins run in the order of their names, then the hook; one that fails does not stop the others', async () => {
  const { system, root } = await withPlugins({
    'plugins.d/20-second': '',
    'plugins.d/10-first': 'echo no >&2; exit 3',
    'hooks/post-vm-config': '',
  });
  const outcomes = await config(system);
  expect(await ranIn(root)).toEqual(['plugins.d/10-first', 'plugins.d/20-second', 'hooks/post-vm-config']);
  expect(failuresOf(outcomes)).toEqual([['plugin 10-first', 'process.failed']]);
});

test('a plugin that hangs is stopped with all that it started, and the others run', async () => {
  const { system, root } = await withPlugins(
    { 'plugins.d/10-hangs': 'sleep 600', 'plugins.d/20-next': '' },
    'CONFIG_PLUGIN_TIMEOUT=1\n',
  );
  expect(failuresOf(await config(system))).toEqual([['plugin 10-hangs', 'hook.timed-out']]);
  expect(await ranIn(root)).toEqual(['plugins.d/10-hangs', 'plugins.d/20-next']);
});

test('status tells of one that fails and of one that hangs, while the others run', async () => {
  const others = ['CONSOLE', 'FSTAB', 'CRON', 'SSHD', 'MOTD', 'EXT_CHECKS']
    .map((name) => `CONFIG_${name}=0\n`)
    .join('');
  const { system, root } = await withPlugins(
    { 'plugins.d/10-fails': 'exit 7', 'plugins.d/20-hangs': 'sleep 600', 'plugins.d/30-last': '' },
    `CONFIG_PLUGIN_TIMEOUT=1\n${others}`,
  );
  const running = { ...system, root: '/' };
  expect(await runStage('config', () => config(running), running)).toBe(1);
  const stages = await readStages(system);
  expect(stages.config?.failures).toEqual([
    { step: 'plugin 10-fails', code: 'process.failed', message: expect.stringContaining('status 7') },
    { step: 'plugin 20-hangs', code: 'hook.timed-out', message: expect.stringContaining('within 1 s') },
  ]);
  expect(await ranIn(root)).toEqual(['plugins.d/10-fails', 'plugins.d/20-hangs', 'plugins.d/30-last']);
});

test.each(['02-sysctl.rpmsave', '10-x.bak', '10-x~', '10-x.dpkg-old', '.hidden'])('S8: %s is not run', async (name) => {
  const { system, root, log } = await withPlugins({ [`plugins.d/${name}`]: '', 'plugins.d/10-x': '' });
  expect(failuresOf(await config(system))).toEqual([]);
  expect(await ranIn(root)).toEqual(['plugins.d/10-x']);
  expect(log.join('\n')).toContain(`${name} is not run`);
});

test('S8: a plugin that others can write, or in a folder that they can write, is not run', async () => {
  const { system, root } = await withPlugins({ 'plugins.d/10-open': '', 'plugins.d/20-closed': '' });
  await chmod(join(root, 'etc/gandi/plugins.d/10-open'), 0o777);
  expect(failuresOf(await config(system))).toEqual([['plugin 10-open', 'hook.not-safe']]);
  expect(await ranIn(root)).toEqual(['plugins.d/20-closed']);
  await chmod(join(root, 'etc/gandi/plugins.d'), 0o777);
  expect(failuresOf(await config(system))).toHaveLength(2);
});

test('S8: a plugin that is a link is not run', async () => {
  const { system, root } = await withPlugins({ 'plugins.d/10-x': '' });
  await symlink('10-x', join(root, 'etc/gandi/plugins.d/20-link'));
  expect(failuresOf(await config(system))).toEqual([['plugin 20-link', 'hook.not-safe']]);
  expect(await ranIn(root)).toEqual(['plugins.d/10-x']);
});

test('a file that is not executable is not a plugin, and CONFIG_PLUGINS=0 runs none', async () => {
  const { system, root } = await withPlugins({ 'plugins.d/10-x': '' });
  await chmod(join(root, 'etc/gandi/plugins.d/10-x'), 0o644);
  expect(await config(system)).toEqual([]);
  const off = await withPlugins({ 'plugins.d/10-x': '' }, 'CONFIG_PLUGINS=0\n');
  expect(await config(off.system)).toEqual([]);
  expect(await ranIn(root)).toEqual([]);
});

test("beside cloud-init only the admin's own steps are run", async () => {
  const { system, root } = await withPlugins({ 'plugins.d/10-x': '' }, 'CONFIG_CRON=1\nCONFIG_MOTD=1\n');
  await writeFile(join(root, 'etc/crontab'), '17 * * * * root run-parts /etc/cron.hourly\n');
  await mkdir(join(root, 'run/cloud-init'), { recursive: true });
  await writeFile(join(root, 'run/cloud-init/enabled'), '');
  expect((await config(system)).map(({ step }) => step)).toEqual(['plugin 10-x']);
});
