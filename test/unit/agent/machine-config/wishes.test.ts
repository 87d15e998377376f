import { expect, test } from 'vitest';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';

const parse = (vmConf: Record<string, unknown>) => parseGandiConfig(JSON.stringify({ vm_conf: vmConf })).config;

test('timezone, locale and time servers are read; without them there is none', () => {
  const wishes = { timezone: 'Europe/Paris', locale: 'en_US.UTF-8', ntp_servers: ['ntp.example.net', '2001:db8::7'] };
  expect(parse(wishes)).toMatchObject({
    timezone: 'Europe/Paris',
    locale: 'en_US.UTF-8',
    timeServers: ['ntp.example.net', '2001:db8::7'],
  });
  expect(parse({ timezone: '', locale: '' })).toMatchObject({ timezone: null, locale: null, timeServers: [] });
});

test.each(['C', 'POSIX', 'C.UTF-8', 'de_DE@euro', 'sr_RS.UTF-8@latin'])('%s is a locale', (locale) => {
  expect(parse({ locale }).locale).toBe(locale);
});

test.each([
  ['vm_conf.locale', { locale: 'en_US.UTF-8\nPATH=/tmp' }],
  ['vm_conf.locale', { locale: '$(id)' }],
  ['vm_conf.ntp_servers[1]', { ntp_servers: ['a.example', 'b example\nserver evil'] }],
  ['vm_conf.ntp_servers', { ntp_servers: Array.from({ length: 9 }, () => '192.0.2.1') }],
  ['vm_conf.timezone', { timezone: 'x'.repeat(65) }],
])('a mistake in %s is named at its path, and nothing is wished for', (path, vmConf) => {
  const { config, mistakes } = parseGandiConfig(JSON.stringify({ vm_conf: vmConf }));
  expect(mistakes.map((mistake) => mistake.path)).toEqual([path]);
  expect(config).toMatchObject({ timezone: null, locale: null, timeServers: [] });
});
