import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { config, planConfig } from '../../../src/config/config.ts';
import { readFlags } from '../../../src/flags/read-flags.ts';
import { type MachineTree, machineTree } from '../system/machine-tree.ts';

const zone = 'TZif2 and more';
const files = {
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/etc/crontab': 'SHELL=/bin/sh\n17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n',
  '/etc/hosts': '127.0.0.1 localhost\n',
  '/etc/motd': '',
  '/etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n',
  '/usr/share/zoneinfo/Europe/Paris': zone,
  '/usr/share/zoneinfo/Asia/Tokyo': zone,
  '/usr/share/zoneinfo/tzdata.zi': '# version 2026a\n',
  '/etc/default/gandi': 'CONFIG_TIMEZONE_NAME=Europe/Paris\n',
};
const namesOf = (outcomes: Awaited<ReturnType<typeof config>>) => outcomes.map(({ step }) => step);
const failuresOf = (outcomes: Awaited<ReturnType<typeof config>>) =>
  outcomes.flatMap(({ step, failure }) => (failure === null ? [] : [[step, (failure as { code: string }).code]]));

/** Inode, time of change and target of everything in the tree: a file that is replaced by itself shows too. */
async function fingerprintOf(root: string): Promise<string[]> {
  const names = (await readdir(root, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { ino, ctimeMs } = await stat(join(root, name));
      return `${name} ${ino} ${ctimeMs}`;
    }),
  );
}

async function configured(more: Readonly<Record<string, string>> = {}): Promise<MachineTree> {
  const tree = await machineTree({ ...files, ...more });
  expect(failuresOf(await config(tree.system))).toEqual([]);
  return tree;
}

test('a second run plans nothing and touches nothing', async () => {
  const { system, root } = await configured();
  const before = await fingerprintOf(root);
  expect(await planConfig(system, await readFlags(system))).toEqual({ steps: [], notes: [] });
  expect(await config(system)).toEqual([]);
  expect(await fingerprintOf(root)).toEqual(before);
});

test("L24: what an admin changes afterwards is the admin's", async () => {
  const { system, root } = await configured();
  await writeFile(join(root, 'etc/motd'), 'hands off\n');
  await writeFile(join(root, 'etc/crontab'), '5 4 * * * root run-parts /etc/cron.daily\n');
  await system.files.replaceLink('/etc/localtime', '/usr/share/zoneinfo/Asia/Tokyo');
  await writeFile(join(root, 'etc/ssh/sshd_config.d/90-gandi.conf'), 'PermitRootLogin no\n');
  expect(await config(system)).toEqual([]);
  expect(await readFile(join(root, 'etc/motd'), 'utf8')).toBe('hands off\n');
  expect(await readlink(join(root, 'etc/localtime'))).toBe('/usr/share/zoneinfo/Asia/Tokyo');
});

test('L24: a crontab keeps its mode', async () => {
  const { system, root } = await machineTree(files);
  await chmod(join(root, 'etc/crontab'), 0o644);
  await config(system);
  expect((await stat(join(root, 'etc/crontab'))).mode & 0o777).toBe(0o644);
  expect(await readFile(join(root, 'etc/crontab'), 'utf8')).not.toBe(files['/etc/crontab']);
});

test('L24: nobody named a timezone, so it stays as it is', async () => {
  const { root } = await configured({ '/etc/default/gandi': '' });
  await expect(readlink(join(root, 'etc/localtime'))).rejects.toThrow('ENOENT');
});

test('the timezone is a link, and another one that is asked for later is set', async () => {
  const { system, root } = await configured();
  expect(await readlink(join(root, 'etc/localtime'))).toBe('/usr/share/zoneinfo/Europe/Paris');
  await writeFile(join(root, 'etc/default/gandi'), 'CONFIG_TIMEZONE_NAME=Asia/Tokyo\n');
  expect(namesOf(await config(system))).toEqual(['timezone']);
  expect(await readlink(join(root, 'etc/localtime'))).toBe('/usr/share/zoneinfo/Asia/Tokyo');
});

test.each(['Mars/Olympus', '../../../etc/shadow', 'Europe', 'tzdata.zi'])(
  '%s is no timezone: it is refused, and everything else is done',
  async (name) => {
    const { system, root } = await machineTree({ ...files, '/etc/default/gandi': `CONFIG_TIMEZONE_NAME=${name}\n` });
    const outcomes = await config(system);
    expect(failuresOf(outcomes)).toEqual([['timezone', 'config.unknown-timezone']]);
    expect(namesOf(outcomes)).toEqual(expect.arrayContaining(['cron', 'sshd', 'message of the day']));
    await expect(readlink(join(root, 'etc/localtime'))).rejects.toThrow('ENOENT');
  },
);

test("the payload's timezone, locale and time servers are used", async () => {
  const wishes = { timezone: 'Asia/Tokyo', locale: 'en_US.UTF-8', ntp_servers: ['ntp.example.net', '2001:db8::7'] };
  const { root } = await configured({
    '/etc/default/gandi': '',
    '/gandi/config': JSON.stringify({ vm_conf: wishes }),
    '/usr/lib/systemd/systemd-timesyncd': '',
  });
  expect(await readlink(join(root, 'etc/localtime'))).toBe('/usr/share/zoneinfo/Asia/Tokyo');
  expect(await readFile(join(root, 'etc/locale.conf'), 'utf8')).toBe('LANG=en_US.UTF-8\n');
  expect(await readFile(join(root, 'etc/systemd/timesyncd.conf.d/gandi.conf'), 'utf8')).toBe(
    '[Time]\nNTP=ntp.example.net 2001:db8::7\n',
  );
});

test.each([
  ['CONFIG_CRON', 'cron'],
  ['CONFIG_TIMEZONE', 'timezone'],
  ['CONFIG_SSHD', 'sshd'],
  ['CONFIG_MOTD', 'message of the day'],
  ['CONFIG_FSTAB', 'hosts'],
  ['CONFIG_CONSOLE', 'consoles'],
  ['CONFIG_LOCALE', 'locale'],
  ['CONFIG_NTP', 'time servers'],
])('%s=0 leaves out: %s', async (flag, step) => {
  const { '/etc/hosts': _, ...others } = files;
  const wishes = { locale: 'C.UTF-8', ntp_servers: ['ntp.example.net'] };
  const all = {
    ...others,
    '/gandi/config': JSON.stringify({ vm_conf: wishes }),
    '/sys/class/tty/hvc0/dev': '229:0\n',
    '/usr/lib/systemd/systemd-timesyncd': '',
  };
  const { system } = await machineTree(all);
  const names = (await planConfig(system, await readFlags(system))).steps.map(({ name }) => name);
  expect(names).toContain(step);
  const off = { ...(await readFlags(system)), [flag]: false };
  const without = (await planConfig(system, off)).steps.map(({ name }) => name);
  expect(without).toEqual(names.filter((name) => name !== step));
});

test('a configuration that is wrong keeps nothing else from being done', async () => {
  const { root, log } = await configured({ '/gandi/config': '{"vm_hostname": 7}' });
  expect(log.join('\n')).toContain('config.invalid');
  expect(await readFile(join(root, 'etc/crontab'), 'utf8')).not.toBe(files['/etc/crontab']);
});

test('a step that cannot even look fails alone', async () => {
  const { system, root } = await machineTree(files);
  await mkdir(join(root, 'etc/securetty'));
  const outcomes = await config(system);
  expect(outcomes.filter(({ failure }) => failure !== null).map(({ step }) => step)).toEqual(['consoles']);
  expect(namesOf(outcomes)).toContain('sshd');
});

/** A tree whose programs are run: the stage believes that it is the running machine. */
async function withPlugins(plugins: Readonly<Record<string, string>>, flags = ''): Promise<MachineTree> {
  const off = ['FSTAB', 'CONSOLE', 'CRON', 'TIMEZONE', 'SSHD', 'MOTD', 'EXT_CHECKS'].map(
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

test('a file that is not executable is no plugin, and CONFIG_PLUGINS=0 runs none', async () => {
  const { system, root } = await withPlugins({ 'plugins.d/10-x': '' });
  await chmod(join(root, 'etc/gandi/plugins.d/10-x'), 0o644);
  expect(await config(system)).toEqual([]);
  const off = await withPlugins({ 'plugins.d/10-x': '' }, 'CONFIG_PLUGINS=0\n');
  expect(await config(off.system)).toEqual([]);
  expect(await ranIn(root)).toEqual([]);
});

test("beside cloud-init only the admin's own steps are run", async () => {
  const { system, root } = await withPlugins({ 'plugins.d/10-x': '' }, 'CONFIG_CRON=1\nCONFIG_MOTD=1\n');
  await writeFile(join(root, 'etc/crontab'), files['/etc/crontab']);
  await mkdir(join(root, 'run/cloud-init'), { recursive: true });
  await writeFile(join(root, 'run/cloud-init/enabled'), '');
  expect(namesOf(await config(system))).toEqual(['plugin 10-x']);
});

test('D11: file system checks are set on what is mounted at /, whatever its name, and CONFIG_EXT_CHECKS=0 leaves it', async () => {
  const { system } = await machineTree({
    '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/root rw\n30 22 8:0 / /srv/data rw - ext4 /dev/sda rw\n',
    '/sys/block/vda/dev': '254:0\n',
    '/sys/block/vda/size': '4096\n',
    '/sys/block/vda/vda1/dev': '254:1\n',
    '/sys/block/vda/vda1/size': '2048\n',
    '/sys/block/vda/vda1/start': '2048\n',
    '/sys/block/vda/vda1/partition': '1\n',
    '/sys/block/sda/dev': '8:0\n',
    '/sys/block/sda/size': '4096\n',
  });
  const said: Readonly<Record<string, string>> = {
    blkid: '11111111-2222-3333-4444-555555555555\n',
    tune2fs: 'Maximum mount count:      -1\nCheck interval:           0 (<none>)\n',
  };
  const run = async (tool: string) => ({ exitCode: 0, stdout: said[tool] ?? '', stderr: '' });
  const live = { ...system, root: '/', processes: { ...system.processes, run } };
  const flags = await readFlags(live);
  const checks = async (on: boolean) => {
    const { steps } = await planConfig(live, { ...flags, CONFIG_EXT_CHECKS: on });
    return steps.find(({ name }) => name === 'file system checks')?.actions[0];
  };
  expect(await checks(true)).toEqual({ kind: 'set-check-counters', device: '/dev/vda1', mounts: 42, months: 2 });
  expect(await checks(false)).toBeUndefined();
});
