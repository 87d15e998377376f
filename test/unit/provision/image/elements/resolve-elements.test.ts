import { expect, test } from 'vitest';
import type { Element } from '../../../../../src/provision/image/elements/element.ts';
import { resolveElements } from '../../../../../src/provision/image/elements/resolve-elements.ts';
import { wantedElements } from '../../../../../src/provision/image/elements/wanted-elements.ts';

/** `os needs a b provides x` */
function elements(...lines: string[]): Map<string, Element> {
  return new Map(
    lines.map((line) => {
      const [, name = '', needs = '', provides = ''] = /^(\S+)(?: needs (.*?))?(?: provides (.*))?$/.exec(line) ?? [];
      const words = (text: string) => text.split(' ').filter((word) => word !== '');
      return [name, { name, folder: `/elements/${name}`, needs: words(needs), provides: words(provides) }];
    }),
  );
}

const os = 'os provides operating-system';
const names = (wanted: string[], ...lines: string[]) =>
  resolveElements(wanted, elements(os, ...lines)).map(({ name }) => name);

test('what an element needs comes with it, sorted by name and each once', () => {
  expect(names(['os', 'c', 'c'], 'c needs b', 'b needs a a', 'a')).toEqual(['a', 'b', 'c', 'os']);
});

test('elements that need each other, and one that needs itself, are fine', () => {
  expect(names(['os', 'a'], 'a needs b a', 'b needs a')).toEqual(['a', 'b', 'os']);
});

test('a provided element is left out, whichever of the two is named first', () => {
  expect(names(['os', 'user', 'giver'], 'user needs virtual', 'giver provides virtual')).toEqual([
    'giver',
    'os',
    'user',
  ]);
  expect(names(['os', 'giver', 'user'], 'user needs virtual', 'giver provides virtual')).toEqual([
    'giver',
    'os',
    'user',
  ]);
});

test('an element of its own is left out for one that provides its name', () => {
  expect(names(['os', 'giver', 'user'], 'user needs plain', 'giver provides plain', 'plain needs nosuch')).toEqual([
    'giver',
    'os',
    'user',
  ]);
});

test('a provider that comes too late is not found', () => {
  const late = ['user needs virtual brings', 'brings needs giver', 'giver provides virtual'];
  expect(() => names(['os', 'user'], ...late)).toThrow(/Element 'virtual' not found, which user needs/);
});

test.each([
  ['an unknown element', ['os', 'nosuch'], [], 'image.element-missing', "Element 'nosuch' not found"],
  ['a dependency that is not there', ['os', 'a'], ['a needs nosuch'], 'image.element-missing', 'which a needs'],
  [
    'two that provide the same',
    ['os', 'g1', 'g2'],
    ['g1 provides v', 'g2 provides v'],
    'image.element-provided',
    "['g1']",
  ],
  ['a name that another provides', ['os', 'v', 'g'], ['v', 'g provides v'], 'image.element-provided', 'g provides it'],
  ['two systems', ['os', 'os2'], ['os2 provides operating-system'], 'image.element-provided', "['os']"],
  ['no system', ['a'], ['a'], 'image.no-operating-system', 'Please include an operating system element'],
])('%s is refused', (_, wanted, lines, code, message) => {
  expect(() => names(wanted, ...lines)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test('a comment in a list of elements is named as what it is', () => {
  const a = { name: 'a', folder: '/elements/a', needs: ['# what we need'], provides: [] };
  expect(() => resolveElements(['a'], new Map([['a', a]]))).toThrow(
    /'# what we need' not found: comments are not allowed/,
  );
});

test('a name that is nearly one of those there is suggested', () => {
  expect(() => names(['os', 'package-instals'], 'package-installs')).toThrow(/did you mean 'package-installs'/);
});

test.each([
  [['a'], 'amd64', true, ['base', 'a']],
  [['a'], 'amd64', false, ['a']],
  [['base', 'a'], 'amd64', true, ['base', 'a']],
  [['vm'], 'amd64', false, ['vm', 'block-device-mbr']],
  [['vm'], 'arm64', false, ['vm', 'block-device-efi']],
  [['vm', 'block-device-gpt'], 'amd64', false, ['vm', 'block-device-gpt']],
])('%j for %s, with base: %s, are %j', (named, arch, withBase, expected) => {
  expect(wantedElements(named, { arch, withBase })).toEqual(expected);
});
