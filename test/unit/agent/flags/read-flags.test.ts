import { expect, test } from 'vitest';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { readFlags } from '../../../../src/agent/flags/read-flags.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

test('L16: a folder /etc/sysconfig does not hide the file of Debian', async () => {
  const { system } = await machineTree({ '/etc/default/gandi': 'CONFIG_MOTD=0\n', '/etc/sysconfig/network': '' });
  expect((await readFlags(system)).CONFIG_MOTD).toBe(false);
});

test('the file of rpm distributions is read where there is no other', async () => {
  const { system } = await machineTree({ '/etc/sysconfig/gandi': 'CONFIG_MOTD=0\n' });
  expect((await readFlags(system)).CONFIG_MOTD).toBe(false);
});

test('no file at all: the defaults', async () => {
  const { system } = await machineTree({ '/etc/hosts': '' });
  expect(await readFlags(system)).toEqual(parseFlags('').flags);
});

test('a mistake is a warning with its file and line, and the default is used', async () => {
  const { system, log } = await machineTree({ '/etc/default/gandi': '\nCONFIG_LOG_LEVEL=loud\n' });
  expect((await readFlags(system)).CONFIG_LOG_LEVEL).toBe('info');
  expect(log).toEqual([
    'warn: /etc/default/gandi: line 2: CONFIG_LOG_LEVEL: must be one of error, warn, info, debug, and not "loud"; info is used',
  ]);
});

test('a flag that is misspelt is left alone and can be told', () => {
  const { flags, warnings, unknown } = parseFlags('CONFIG_MODT=0\nMINE=1\n');
  expect({ flags, warnings }).toMatchObject({ flags: parseFlags('').flags, warnings: [] });
  expect(unknown).toEqual(["line 1: unknown flag CONFIG_MODT (did you mean 'CONFIG_MOTD'?)"]);
});
