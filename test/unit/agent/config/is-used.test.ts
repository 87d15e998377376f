import { describe, expect, test } from 'vitest';
import { useLocaleKind, whyLocaleIsUnused } from '../../../../src/agent/config/use-locale.ts';
import { whyTimeServersAreUnused } from '../../../../src/agent/config/use-time-servers.ts';
import { whyTimezoneIsUnused } from '../../../../src/agent/config/use-timezone.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

describe('the locale', () => {
  const file = { locale: 'fr_FR.UTF-8', path: '/etc/locale.conf' };
  const facts = { readers: [], isRunBySystemd: true, overriding: [], kernelLocale: null };
  const debian12 = { ...file, path: '/etc/default/locale' };

  test.each([
    ['locale.conf, which systemd reads', file, {}, undefined],
    ['locale.conf where nobody reads it', file, { isRunBySystemd: false }, 'locale.not-read'],
    ["Debian's file, which PAM reads", debian12, { readers: ['/etc/pam.d/sshd'] }, undefined],
    ["Debian's file, and no PAM", debian12, {}, 'locale.not-read'],
    ['LC_ALL', file, { overriding: ['/etc/environment'] }, 'locale.overridden'],
    ['another one for the kernel', file, { kernelLocale: 'C' }, 'locale.overridden'],
    ['the same for the kernel', file, { kernelLocale: 'fr_FR.UTF-8' }, undefined],
  ])('%s', (_, written, changes, code) => {
    expect(whyLocaleIsUnused(written, { ...facts, ...changes })?.code).toBe(code);
  });
});

test.each([
  ['reads it', 'session required pam_env.so readenv=1 envfile=/etc/default/locale\n', undefined],
  ['only has it in a comment', '# session required pam_env.so envfile=/etc/default/locale\n', 'locale.not-read'],
])('the locale is used where PAM %s', async (_, text, code) => {
  const { system } = await machineTree({ '/etc/pam.d/sshd': text, '/etc/default/locale': 'LANG=fr_FR.UTF-8\n' });
  const action = { kind: 'use-locale', locale: 'fr_FR.UTF-8', path: '/etc/default/locale' } as const;
  const unused = await useLocaleKind.verify?.(action, { ...system, root: '/' });
  expect(unused?.code).toBe(code);
});

describe('time servers', () => {
  const chrony = {
    unit: 'chrony.service',
    path: '/etc/chrony/sources.d/gandi.sources',
    includedBy: '/etc/chrony/chrony.conf',
  };
  const timesyncd = { unit: 'systemd-timesyncd.service', path: '/etc/x', includedBy: null };

  test.each([
    ['chrony as Debian has it', chrony, { unit: 'on', main: 'pool x\nsourcedir /etc/chrony/sources.d\n' }, undefined],
    [
      'chrony whose file names no folder',
      chrony,
      { unit: 'on', main: 'pool x\n#sourcedir /etc/chrony/sources.d\n' },
      'time.not-read',
    ],
    ['a service that is off', timesyncd, { unit: 'off', main: null }, 'time.not-running'],
    ['a service that runs', timesyncd, { unit: 'on', main: null }, undefined],
    ['a machine without systemd', timesyncd, { unit: null, main: null }, undefined],
  ] as const)('%s', (_, written, facts, code) => {
    expect(whyTimeServersAreUnused(written, facts)?.code).toBe(code);
  });
});

describe('the time zone', () => {
  test.each([
    ['PATH=/bin\n', undefined],
    ['TZ=Europe/Paris\n', undefined],
    ['export TZ=":Europe/Paris"\n', undefined],
    ['TZ=UTC\n', 'timezone.overridden'],
  ])('with %j in /etc/environment', (text, code) => {
    expect(whyTimezoneIsUnused('Europe/Paris', text)?.code).toBe(code);
  });
});
