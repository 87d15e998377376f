import { expect, test } from 'vitest';
import { adviceOnFlags } from '../../../../src/agent/flags/flag-advice.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';

const advise = (text: string, isTimezone: boolean | undefined = undefined, autofsFolders: readonly string[] = []) =>
  adviceOnFlags(parseFlags(text).flags, { isTimezone: () => isTimezone, autofsFolders });

test('a disk root that is not the folder of our autofs map is named', () => {
  expect(advise('CONFIG_DISK_ROOT=/data', undefined, ['/srv/'])).toEqual([
    'CONFIG_DISK_ROOT: is /data, and gandi.autofs has /srv/: nothing is mounted there on demand',
  ]);
  expect(advise('CONFIG_DISK_ROOT=/data', undefined, ['/data/'])).toEqual([]);
});

test('a time zone that this machine does not have is named', () => {
  expect(advise('CONFIG_TIMEZONE_NAME=Mars/Olympus', false)).toEqual([
    'CONFIG_TIMEZONE_NAME: this machine has no time zone "Mars/Olympus"; `timedatectl list-timezones` has all',
  ]);
});

test.each([
  ['a zone that is there', 'CONFIG_TIMEZONE_NAME=Europe/Paris', true],
  ['a machine without zones', 'CONFIG_TIMEZONE_NAME=Europe/Paris', undefined],
  ['no zone', '', false],
  ['a swap disk by its path', 'CONFIG_SWAP_DEVICE=/dev/disk/by-path/pci-0000:00:05.0', undefined],
  ['options that stay', 'CONFIG_MOUNT_PARAMS="rw,exec,discard"', undefined],
] as const)('nothing is said of %s', (_, text, isTimezone) => {
  expect(advise(text, isTimezone)).toEqual([]);
});

test.each(['label', 'uuid', 'partlabel', 'partuuid'])('a swap disk by-%s designates none, and that is said', (kind) => {
  expect(advise(`CONFIG_SWAP_DEVICE=/dev/disk/by-${kind}/x`)).toHaveLength(1);
});
