import { chmod, mkdir, readdir, readFile, readlink, stat, writeFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { config, observeConfig, planConfig, previewCare } from '../../../../src/agent/config/config.ts';
import { readFlags } from '../../../../src/agent/flags/read-flags.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';

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
  expect(planConfig(await observeConfig(system, await readFlags(system)))).toEqual({ steps: [], notes: [] });
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
  '%s is not a timezone: it is refused, and everything else is done',
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

test('the locale of Debian 13, whose own file is a link to that of systemd', async () => {
  const locale = { '/gandi/config': JSON.stringify({ vm_conf: { locale: 'C.UTF-8' } }), '/usr/sbin/update-locale': '' };
  const { system, root } = await machineTree({ ...files, ...locale, '/etc/locale.conf': 'LANG=C\nLC_TIME=C\n' });
  await symlink('../locale.conf', join(root, 'etc/default/locale'));
  expect(failuresOf(await config(system))).toEqual([]);
  expect(await readFile(join(root, 'etc/locale.conf'), 'utf8')).toBe('LANG=C.UTF-8\nLC_TIME=C\n');
  expect(await readlink(join(root, 'etc/default/locale'))).toBe('../locale.conf');
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
  const names = planConfig(await observeConfig(system, await readFlags(system))).steps.map(({ name }) => name);
  expect(names).toContain(step);
  const off = { ...(await readFlags(system)), [flag]: false };
  const without = planConfig(await observeConfig(system, off)).steps.map(({ name }) => name);
  expect(without).toEqual(names.filter((name) => name !== step));
});

test('what a first boot leaves to it is done on the machine that runs, and not on a tree', async () => {
  const settings = { '/etc/gandi/sysctl.conf': 'vm.swappiness = 10\n', '/usr/sbin/sshd': '' };
  const flags = 'CONFIG_GROW_ROOT=0\n';
  const tree = await machineTree({ ...files, ...settings, '/etc/default/gandi': flags });
  expect(namesOf(await config(tree.system))).not.toContain('kernel settings');
  expect(await tree.system.files.list('/etc/ssh')).not.toContain('ssh_host_rsa_key');

  const called: string[] = [];
  const run = async (tool: string) => {
    called.push(tool);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const live = { ...tree.system, root: '/', processes: { ...tree.system.processes, run } };
  expect((await previewCare(live, await readFlags(live))).changes).toEqual(
    expect.arrayContaining([
      'kernel settings: write /etc/sysctl.d/90-gandi.conf',
      'ssh host keys: make the ssh host key rsa',
    ]),
  );
  expect(namesOf(await config(live)).slice(0, 2)).toEqual(['kernel settings', 'ssh host keys']);
  expect(await live.files.read('/etc/sysctl.d/90-gandi.conf')).toContain('vm.swappiness = 10');
  expect(called).toContain('ssh-keygen');
  const others = await readFlags(live);
  expect(await previewCare(live, { ...others, CONFIG_FIRST_BOOT: '0' })).toEqual({ changes: [], notes: [] });
  // This tree has no /proc, so the disk of / cannot be told.
  const grows = await previewCare(live, { ...others, CONFIG_GROW_ROOT: true });
  expect(grows.notes).toEqual([expect.stringMatching(/^root disk: .*mounts\.unreadable/)]);
});

test('a configuration that is wrong keeps nothing else from being done', async () => {
  const { root, log } = await configured({ '/gandi/config': '{"vm_hostname": ' });
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
    const { steps } = planConfig(await observeConfig(live, { ...flags, CONFIG_EXT_CHECKS: on }));
    return steps.find(({ name }) => name === 'file system checks')?.actions[0];
  };
  expect(await checks(true)).toEqual({ kind: 'set-check-counters', device: '/dev/vda1', mounts: 42, months: 2 });
  expect(await checks(false)).toBeUndefined();
});
