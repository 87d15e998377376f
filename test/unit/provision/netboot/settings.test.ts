import { describe, expect, test } from 'vitest';
import { type Given, type SettingName, settingsOf, unansweredOf } from '../../../../src/provision/netboot/settings.ts';

const known = { supported: ['one', 'two'], stable: 'two' };
const given = (values: Partial<Record<SettingName, string>>) =>
  new Map(
    Object.entries(values).map(([name, value]): [SettingName, Given] => [name as SettingName, { value, from: 'test' }]),
  );
const settings = (values: Partial<Record<SettingName, string>>) => settingsOf(given(values), known);

describe('what nothing says', () => {
  test('is what the original takes', () => {
    expect(settings({})).toEqual({
      archive: 'http://archive.ubuntu.com/ubuntu/dists',
      releases: ['one', 'two'],
      currentRelease: 'two',
      arches: ['amd64', 'i386'],
      tftpRoot: '/var/lib/tftpboot',
      download: ['wget', '--no-verbose'],
      distribution: 'ubuntu',
      layout: 'base',
      keyring: null,
    });
  });

  test('is asked of distro-info only where it has to be', () => {
    expect(unansweredOf(given({ RELEASES: 'precise' }))).toEqual(['CURRENT_RELEASE']);
    expect(unansweredOf(given({ RELEASES: 'precise', CURRENT_RELEASE: 'precise' }))).toEqual([]);
  });
});

test('lists are words, each once; paths and URLs lose the slash at their end', () => {
  expect(
    settings({ RELEASES: ' a  b\ta\n', ARCHES: 'amd64', ARCHIVE: 'file:///srv/a//', TFTPROOT: '/srv/tftp root/' }),
  ).toMatchObject({ releases: ['a', 'b'], arches: ['amd64'], archive: 'file:///srv/a', tftpRoot: '/srv/tftp root' });
});

test.each([
  ['RELEASES', '../x'],
  ['RELEASES', 'a/b'],
  ['ARCHES', '.'],
  ['CURRENT_RELEASE', '-x'],
  ['ARCHIVE', 'ftp://127.0.0.1/'],
  ['ARCHIVE', 'somewhere'],
  ['TFTPROOT', 'relative'],
  ['LAYOUT', 'toString'],
  ['DISTRIBUTION', 'slackware'],
  ['DOWNLOAD', "curl 'x"],
] as const)('%s=%s is refused by name', (name, value) => {
  expect(() => settings({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'netboot.setting-wrong', subject: `test: ${name}` }),
  );
});
