import { expect, test } from 'vitest';
import { planConsoles } from '../../../../src/agent/config/plan-consoles.ts';
import { planCron } from '../../../../src/agent/config/plan-cron.ts';
import { planExtChecks } from '../../../../src/agent/config/plan-ext-checks.ts';
import { planMotd } from '../../../../src/agent/config/plan-motd.ts';
import { chooseTimezone } from '../../../../src/agent/config/plan-timezone.ts';
import { planTimeServers } from '../../../../src/agent/config/plan-time-servers.ts';
import { parseExtChecks } from '../../../../src/agent/disk/ext-checks.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';

const { flags } = parseFlags('');
const firstBoot = 'gandi-agent';

test.each([
  ['', undefined],
  ['quiet ro', undefined],
  ['gandi=cet-1234 ro', 'Europe/Paris'],
  ['ro gandi=utc-1', 'Etc/UTC'],
  ['xgandi=cet', undefined],
])('kernel arguments %j name the timezone %s', (kernelArguments, zone) => {
  expect(chooseTimezone({ flags, firstBoot, config: undefined }, kernelArguments)).toBe(zone);
});

test("the admin's flag wins over the payload, and the payload over the kernel argument", () => {
  const config = { ...machineConfig, timezone: 'Asia/Tokyo' };
  expect(chooseTimezone({ flags, firstBoot, config }, 'gandi=cet')).toBe('Asia/Tokyo');
  const own = { ...flags, CONFIG_TIMEZONE_NAME: 'Etc/UTC' };
  expect(chooseTimezone({ flags: own, firstBoot, config }, 'gandi=cet')).toBe('Etc/UTC');
});

const crontab = [
  'SHELL=/bin/sh',
  '17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly',
  '25 6\t* * *\troot\ttest -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )',
  '*/5 * * * * root /usr/local/bin/mine',
  '30 2 * * * root /usr/local/bin/backup',
  '',
].join('\n');
const spread = (machineId: string) => {
  const [action] = planCron({ machineId, crontabs: [{ path: '/etc/crontab', text: crontab }] })?.actions ?? [];
  return action?.kind === 'write-file' ? String(action.content) : '';
};

test('cron: only the jobs of the system move, to a minute that is this machine alone', () => {
  const lines = spread('a'.repeat(32)).split('\n');
  const [before, after] = [crontab.split('\n'), lines];
  expect(after.filter((line, index) => line !== before[index])).toHaveLength(2);
  expect(lines[1]).toMatch(/^\d{1,2} \*\t\* \* \*\troot\tcd \/ && run-parts --report \/etc\/cron\.hourly$/);
  expect(spread('a'.repeat(32))).toBe(spread('a'.repeat(32)));
});

test('cron: a fleet is spread over the whole hour', () => {
  const minutes = new Set(
    Array.from(
      { length: 600 },
      (_, index) => spread(index.toString(16).padStart(32, '0')).split('\n')[1]?.split(' ')[0],
    ),
  );
  expect(minutes.size).toBeGreaterThan(50);
});

test('cron: a template without an identity waits', () => {
  expect(planCron({ machineId: undefined, crontabs: [{ path: '/etc/crontab', text: crontab }] })).toBeUndefined();
});

const hvc0 = { name: 'hvc0', hasPrompt: false, isMasked: false };
const consoles = {
  init: 'other' as const,
  consoles: [hvc0],
  inittab: undefined,
  hasOpenRcAgetty: false,
  securetty: undefined,
};

test('consoles: systemd gets a unit, which is started at once', () => {
  expect(planConsoles({ ...consoles, init: 'systemd' })?.actions).toEqual([
    { kind: 'control-unit', unit: 'serial-getty@hvc0.service', verb: 'enable' },
    { kind: 'control-unit', unit: 'serial-getty@hvc0.service', verb: 'start' },
  ]);
});

test.each(['isMasked', 'hasPrompt'])('consoles: one with %s is left alone', (reason) => {
  expect(planConsoles({ ...consoles, init: 'systemd', consoles: [{ ...hvc0, [reason]: true }] })?.actions).toEqual([]);
});

test.each([
  ['of System V', 'id:2:initdefault:\n', 'c0:2345:respawn:/sbin/getty -L hvc0 115200 vt100\n'],
  ['of busybox', '::sysinit:/sbin/openrc sysinit\n', 'hvc0::respawn:/sbin/getty -L hvc0 115200 vt100\n'],
])('consoles: an inittab %s gets a line in its own form', (_, inittab, line) => {
  expect(planConsoles({ ...consoles, inittab })?.actions).toMatchObject([{ content: `${inittab}${line}` }]);
});

test('consoles: OpenRC without an inittab gets a service named after the terminal', () => {
  const openRc = { ...consoles, hasOpenRcAgetty: true };
  expect(planConsoles(openRc)?.actions).toEqual([
    { kind: 'write-link', path: '/etc/init.d/agetty.hvc0', target: 'agetty' },
    { kind: 'write-link', path: '/etc/runlevels/default/agetty.hvc0', target: '/etc/init.d/agetty.hvc0' },
  ]);
  expect(planConsoles({ ...openRc, inittab: '' })?.actions).toMatchObject([{ path: '/etc/inittab' }]);
});

test('consoles: root may log in there, where a securetty says who may', () => {
  expect(planConsoles({ ...consoles, securetty: 'tty1' })?.actions).toMatchObject([{ content: 'tty1\nhvc0\n' }]);
  expect(planConsoles({ ...consoles, securetty: 'hvc0\n' })?.actions).toEqual([]);
});

const motd = { adminText: undefined, hasParts: false, part: undefined, motd: '' };

test("message of the day: the admin's text, and never over a text that is there", () => {
  expect(planMotd({ ...motd, adminText: 'hello\n' })?.actions).toMatchObject([
    { path: '/etc/motd', content: 'hello\n' },
  ]);
  expect(planMotd({ ...motd, motd: 'Welcome\n' })).toBeUndefined();
  expect(planMotd({ ...motd, hasParts: true })?.actions).toMatchObject([{ path: '/etc/update-motd.d/50-gandi' }]);
});

test('file system checks: only where both kinds are off, as tune2fs says', () => {
  const output = 'Mount count:              3\nMaximum mount count:      -1\nCheck interval:           0 (<none>)\n';
  const off = parseExtChecks('/dev/vda1', output);
  expect(off).toEqual({ device: '/dev/vda1', maximalMounts: -1, intervalSeconds: 0 });
  expect(planExtChecks(off)?.actions).toHaveLength(1);
  const admins = parseExtChecks('/dev/vda1', output.replace('-1', '10'));
  expect(planExtChecks(admins)?.actions).toEqual([]);
  expect(parseExtChecks('/dev/vda1', 'no ext4')).toBeUndefined();
});

test('time servers: a drop-in of chrony, and nothing where no service is known', () => {
  const chrony = {
    form: 'chrony' as const,
    mark: '/m',
    folder: '/f',
    path: '/f/g',
    unit: 'chrony.service',
    includedBy: '/etc/chrony/chrony.conf',
    text: undefined,
  };
  expect(planTimeServers(['a.example'], chrony)?.actions[1]).toMatchObject({ content: 'server a.example iburst\n' });
  const inPlace = { ...chrony, form: 'chrony-in-place' as const, text: 'pool 2.pool.example iburst\n' };
  const first = planTimeServers(['a.example'], inPlace)?.actions[1];
  const text = `${inPlace.text}# gandi-agent: begin\nserver a.example iburst\n# gandi-agent: end\n`;
  expect(first).toMatchObject({ content: text });
  expect(planTimeServers(['a.example'], { ...inPlace, text })?.actions).toEqual([]);
  expect(planTimeServers(['b.example'], { ...inPlace, text })?.actions[1]).toMatchObject({
    content: text.replace('a.example', 'b.example'),
  });
  expect(planTimeServers(['a.example'], undefined)).toBeUndefined();
  expect(planTimeServers([], chrony)).toBeUndefined();
});
