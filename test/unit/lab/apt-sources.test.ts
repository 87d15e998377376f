import { expect, test } from 'vitest';
import { mirrorIn } from '../../../lab/apt-sources.ts';

test('finds the mirror in a one-line source, with options or without', () => {
  expect(mirrorIn('deb http://mirror.example/debian bookworm main\n')).toBe('http://mirror.example/debian');
  expect(mirrorIn('# x\ndeb [arch=amd64] https://m.example/d trixie main contrib\n')).toBe('https://m.example/d');
});

test('finds the mirror in a stanza, whatever the order of its fields', () => {
  const security = 'Types: deb\nURIs: http://m.example/security\nSuites: bookworm-security\n';
  const main = 'Suites: bookworm bookworm-updates\nTypes: deb\nURIs: http://m.example/debian\nComponents: main\n';
  expect(mirrorIn(`${security}\n${main}`)).toBe('http://m.example/debian');
});

test('takes no archive but that of a Debian release', () => {
  expect(mirrorIn('deb http://other.example/apt nodistro main\n')).toBeUndefined();
  expect(mirrorIn('Types: deb\nURIs: http://m.example/security\nSuites: bookworm-security\n')).toBeUndefined();
  expect(mirrorIn('# deb http://mirror.example/debian bookworm main\n')).toBeUndefined();
});
