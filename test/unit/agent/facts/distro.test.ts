import { expect, test } from 'vitest';
import { chooseDistro } from '../../../../src/agent/facts/distro.ts';
import { parseOsRelease } from '../../../../src/core/text/os-release.ts';

test.each([
  ['Debian', 'ID=debian\n', 'debian'],
  ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian\n', 'debian'],
  ['Linux Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian'],
  ['Rocky Linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'redhat'],
  ['Fedora', 'ID=fedora\n', 'redhat'],
  ['openSUSE', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'suse'],
  ['Arch', 'ID=arch\n', 'arch'],
  ['Alpine', 'ID=alpine\nVERSION_ID=3.20.3\n', 'alpine'],
  ['postmarketOS', 'ID="postmarketos"\nID_LIKE="alpine"\n', 'alpine'],
  ['one that nobody knows', "ID='slackware'\n", 'unknown'],
  ['no os-release at all', '', 'unknown'],
])('%s', (_, osRelease, family) => {
  expect(chooseDistro(parseOsRelease(osRelease)).family).toBe(family);
});

test('VERSION_ID and its kin are not taken for ID', () => {
  expect(chooseDistro(parseOsRelease('VERSION_ID=arch\nVARIANT_ID=fedora\nID=debian\n')).family).toBe('debian');
});
