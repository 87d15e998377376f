import { describe, expect, test } from 'vitest';
import { readPackageInstalls, readPackageList } from '../../../../../src/provision/image/packages/package-installs.ts';
import { readPackageMap } from '../../../../../src/provision/image/packages/package-map.ts';
import { squashPackages } from '../../../../../src/provision/image/packages/squash-packages.ts';

const environment = { ARCH: 'amd64', DISTRO_NAME: 'ubuntu', DIB_RELEASE: 'noble', COLOUR: 'blue', EMPTY: '' };

/** What is done in install.d: names, with a minus in front of those taken away. */
function squash(files: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): string {
  const wishes = Object.entries(files).flatMap(([element, text]) =>
    readPackageInstalls(element, text, `${element}.yaml`),
  );
  const phase = squashPackages(wishes, new Map(), { ...environment, ...more }).get('install.d');
  return [...(phase?.install ?? []), ...(phase?.uninstall ?? []).map((name) => `-${name}`)].join(' ');
}

test.each([
  ['a:\nb: {}\nc: [{}]', 'a b c'],
  ['a: {uninstall: true}', '-a'],
  ['a: {uninstall: false}', 'a'],
  ['a: {build-only: yes}', 'a -a'],
  ['a: {arch: amd64}\nb: {arch: arm64}', 'a'],
  ['a: {arch: "ppc64, amd64"}', 'a'],
  ['a: {not-arch: "arm64, amd64"}\nb: {not-arch: arm64}', 'b'],
  ['a: [{arch: arm64}, {arch: amd64, phase: pre-install.d}, {not-arch: arm64}]', 'a'],
  ['a: {phase: finalise.d}', ''],
  ['a: {when: COLOUR = blue}\nb: {when: COLOUR=red}\nc: {when: "COLOUR != red"}', 'a c'],
  ['a: {when: [COLOUR = blue, "EMPTY = "]}\nb: {when: [COLOUR = blue, EMPTY = x]}', 'a'],
  ['a: {installtype: source}\nb: {installtype: package}', 'a'],
  ['a: {dib_python_version: 3}\nb: {dib_python_version: 2}', ''],
  ["a: []\nb: ''\nc: false\nd: 0", 'a b c d'],
  ['a: {description: text, phase: install.d}', 'a'],
  ['a: {uninstall: }', '-a'],
  ['{\n\t"a": null,\n\t"b": {"phase": "post-install.d"}\n}', 'a'],
  ['a: {arch: arm64, when: no condition}\nb:', 'b'],
  ['a: {arch: arm64, when: NOT_SET = x}\nb:', 'b'],
  ['', ''],
])('%j comes to %j', (text, expected) => {
  expect(squash({ e: text })).toBe(expected);
});

test('a package of several elements is installed once', () => {
  expect(squash({ e: 'a:\nb:', f: 'b:\nc:' })).toBe('a b c');
});

test('what one element wants for good is not taken away for another, in either order', () => {
  expect(squash({ e: 'a: {uninstall: true}', f: 'a:' })).toBe('a');
  expect(squash({ e: 'a:', f: 'a: {uninstall: true}' })).toBe('a');
  expect(squash({ e: 'a: {build-only: true}', f: 'a:' })).toBe('a');
});

test('a wish that does not apply keeps nothing from being taken away', () => {
  expect(squash({ e: 'a: {uninstall: true}', f: 'a: {arch: arm64}' })).toBe('-a');
});

test('the install type of an element is that of its variable', () => {
  const more = { DIB_INSTALLTYPE_my_element: 'package' };
  expect(squash({ 'my-element': 'a: {installtype: package}\nb: {installtype: source}' }, more)).toBe('a');
});

test('the older lists of names: comments, and a dash in front of what goes again', () => {
  const wishes = readPackageList('e', 'install.d', '# comment\na b\n\n  -c\n');
  expect(squashPackages(wishes, new Map(), environment).get('install.d')).toEqual({
    install: ['a', 'b', 'c'],
    uninstall: ['c'],
  });
});

test('names are those of the distribution, several or none for one', () => {
  const map = readPackageMap('{"distro": {"ubuntu": {"two": "one two", "gone": ""}}}', 'pkg-map');
  const wishes = readPackageInstalls('e', 'two:\ngone:\nplain:', 'p');
  const { install } = squashPackages(wishes, new Map([['e', map]]), environment).get('install.d') ?? {};
  expect(install).toEqual(['one', 'two', 'plain']);
});

describe('mistakes name the file and what is wrong', () => {
  test.each([
    ['a: {arch: amd64, not-arch: arm64}', 'arch and not-arch'],
    ['a: {when: COLOUR}', 'COLOUR'],
    ['a: text', 'expected'],
    ['a: {when: " COLOUR = blue"}', 'COLOUR = blue'],
    ['a: [', 'line 1'],
    ['- a', 'expected'],
  ])('%j', (text, words) => {
    expect(() => squash({ e: text })).toThrow(
      expect.objectContaining({ subject: 'e.yaml', message: expect.stringContaining(words) }),
    );
  });

  test('a variable that is not set', () => {
    expect(() => squash({ e: 'a: {when: NOT_SET = x}' })).toThrow(/variable NOT_SET, which is not set/);
    expect(() => squash({ e: 'a: {when: [COLOUR = red, NOT_SET = x]}' })).toThrow(/variable NOT_SET/);
  });
});
