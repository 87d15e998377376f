import { expect, test } from 'vitest';
import { parseSettingsFile } from '../../../../src/provision/netboot/settings-file.ts';

const parse = (text: string) => Object.fromEntries(parseSettingsFile('file', text));

test.each([
  ['', {}],
  ['\n \n# a comment\n\t# another', {}],
  ['ARCHES=amd64', { ARCHES: 'amd64' }],
  ['ARCHES="amd64 i386"\n', { ARCHES: 'amd64 i386' }],
  ["ARCHES='amd64'  # both\r\nexport RELEASES=precise\r\n", { ARCHES: 'amd64', RELEASES: 'precise' }],
  ['  A=1\n  A=2', { A: '2' }],
  ['A=', { A: '' }],
  ['A=""', { A: '' }],
  ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
  ['A=a#b', { A: 'a#b' }],
  ["A='$HOME `x`'", { A: '$HOME `x`' }],
  ['A="\\$5"', { A: '$5' }],
  ['A=one\\ two', { A: 'one two' }],
  ['A=\'one\'" two"three', { A: 'one twothree' }],
])('%j is read as data', (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each([
  ['A=$B', 1],
  ['A="$B"', 1],
  ['A=1\nA=`id`', 2],
  ['A=1; id', 1],
  ['A=1 id', 1],
  ['# x\n\nif true; then A=1; fi', 3],
  ['A="never closed\nB=2', 1],
  ['A="two\nlines"\nid', 3],
  ['. /etc/other', 1],
  ['A=~/x', 1],
  ['A=(1 2)', 1],
  ['A+=1', 1],
  ['A = 1', 1],
])('%j is for a shell, and refused with its line', (text, line) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({ code: 'netboot.settings-are-shell', subject: `file:${line}` }),
  );
});
