import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

const MINUTE = 60_000;
const deb = `dist/gandi-provision_${manifest.version}_amd64.deb`;
const rpm = `dist/gandi-provision-${manifest.version}-1.x86_64.rpm`;
const publisher = [
  'MAINTAINER=Jo Doe & Sons <jo@example.org>',
  'HOMEPAGE=https://example.org/agent',
  'BUGS=https://example.org/agent/issues?open=1&sort=new',
];

/** What `make` packs. A short script stands for the executable, which takes long to pack. */
const sources = [
  'Makefile',
  'package.json',
  'package-lock.json',
  'tools',
  'deb',
  'rpm',
  'elements',
  'man',
  'completions',
];

describe('who publishes the packages', () => {
  let tree = '';

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'gandi-publisher-'));
    for (const name of sources) await cp(name, join(tree, name), { recursive: true });
    for (const room of ['core', 'agent', 'provision']) await mkdir(join(tree, 'src', room), { recursive: true });
    await mkdir(join(tree, 'node_modules'));
    await mkdir(join(tree, 'dist/build/provision'), { recursive: true });
    await writeFile(join(tree, 'dist/build/provision/third-party-notices.txt'), 'notices\n');
    await writeFile(join(tree, 'dist/build/provision/sbom.cdx.json'), '{}\n');
    await writeFile(join(tree, 'node_modules/.package-lock.json'), '{}\n');
    await writeFile(join(tree, 'dist/gandi-provision'), '#!/bin/sh\n', { mode: 0o755 });
  });
  afterAll(() => rm(tree, { recursive: true }));

  const make = (...words: string[]) => execa('make', ['--silent', ...words], { cwd: tree });
  const changed = async (file: string) => (await stat(join(tree, file))).mtimeMs;
  const fieldsOf = async () => {
    const { stdout } = await execa('dpkg-deb', ['--field', deb, 'Maintainer', 'Homepage', 'Bugs'], { cwd: tree });
    return stdout.split('\n').sort();
  };
  const tagsOf = async () => {
    const form = '%{PACKAGER}\n%{URL}\n%{BUGURL}';
    return (await execa('rpm', ['--query', '--package', '--queryformat', form, rpm], { cwd: tree })).stdout.split('\n');
  };

  test('both packages name the one that make was told, and are built again for another', {
    timeout: 5 * MINUTE,
  }, async () => {
    await make(deb, rpm, ...publisher);
    expect(await fieldsOf()).toEqual([
      'Bugs: https://example.org/agent/issues?open=1&sort=new',
      'Homepage: https://example.org/agent',
      'Maintainer: Jo Doe & Sons <jo@example.org>',
    ]);
    expect(await tagsOf()).toEqual([
      'Jo Doe & Sons <jo@example.org>',
      'https://example.org/agent',
      'https://example.org/agent/issues?open=1&sort=new',
    ]);
    const built = await changed(deb);
    await make(deb, ...publisher);
    expect(await changed(deb)).toBe(built);
    await make('dist/publisher');
    expect(await changed('dist/publisher')).toBeGreaterThan(built);
  });

  test.each([
    ['MAINTAINER=Jo', 'no address'],
    ['MAINTAINER=%{lua:x} <jo@example.org>', 'a macro of rpm'],
    ['HOMEPAGE=example.org', 'no URL'],
    ['BUGS=https://example.org\nDepends: other', 'a field more'],
  ])('%j is refused: %s', async (word) => {
    const { exitCode, stderr } = await execa('tools/write-publisher', [join(tree, 'dist/refused')], {
      env: Object.fromEntries([word.split(/=(.*)/s).slice(0, 2)]),
      reject: false,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('must be of the form') });
  });
});
