import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';
import { membersOf } from './read-run.ts';

const minute = 60_000;

describe('source-repositories', () => {
  let workshop: Workshop;
  let source: string;
  const words = ['image', 'build', '-n', '-t', 'tar', 'tiny-os', 'source-repositories', 'own'];
  const environment = () => ({
    DIB_IMAGE_CACHE: join(workshop.folder, 'cache'),
    DIB_LOCKFILES: join(workshop.folder, 'locks'),
  });

  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('these builds are those of root');
    workshop = await openWorkshop();
    source = join(workshop.folder, 'source');
    await mkdir(source);
    const git = (...args: string[]) =>
      execa('git', ['-C', source, '-c', 'user.name=n', '-c', 'user.email=e@localhost', ...args]);
    await git('init', '--quiet', '--initial-branch=master');
    await writeFile(join(source, 'text'), 'one\n');
    await git('add', 'text');
    await git('commit', '--quiet', '--message=one');
    await git('tag', 'v1');
    await writeFile(join(source, 'text'), 'two\n');
    await git('commit', '--quiet', '--all', '--message=two');
  });
  afterEach(() => workshop?.remove());

  const build = async (line: string, more: Readonly<Record<string, string>> = {}) => {
    await workshop.element('own/source-repository-own', `# what is built from source\n\n${line}\n`);
    const run = await workshop.start(words, { environment: { ...environment(), ...more } }).ended;
    if (run.status !== 0) return { ...run, texts: new Map<string, string | undefined>() };
    const members = await membersOf(join(workshop.out, 'image.tar'));
    return { ...run, texts: new Map(members.map(({ name, text }) => [name, text])) };
  };

  test('git: the branch, with its commit in the list, and from the cache when offline', {
    timeout: 3 * minute,
  }, async () => {
    const { texts, status, lines } = await build('own git /opt/own "$OWN_SOURCE"', { OWN_SOURCE: source });
    expect(status, lines.slice(-5).join('\n')).toBe(0);
    expect(texts.get('./opt/own/text')).toBe('two\n');
    expect(texts.get('./etc/dib-source-repositories')).toMatch(/^own git \/opt\/own \S+source [0-9a-f]{40}\n$/);
    const offline = await build(`own git /opt/own ${source}`, { DIB_OFFLINE: '1', DIB_REPOREF_own: 'v1' });
    expect(offline.texts.get('./opt/own/text')).toBe('one\n');
  });

  test('file, and another location from the environment', { timeout: 2 * minute }, async () => {
    const { texts } = await build('own file /opt/text /nowhere', { DIB_REPOLOCATION_own: join(source, 'text') });
    expect(texts.get('./opt/text')).toBe('two\n');
  });

  test('nothing where the element is installed from packages', { timeout: 2 * minute }, async () => {
    const { status, texts } = await build(`own git /opt/own ${source}`, { DIB_INSTALLTYPE_own: 'package' });
    expect({ status, text: texts.get('./opt/own/text') }).toEqual({ status: 0, text: undefined });
  });

  test.each([
    ['a ref that is not there', () => `own git /opt/own ${source} nosuch`, 'nosuch'],
    ['a type that is none', () => `own svn /opt/own ${source}`, 'svn'],
    ['a destination above the image', () => `own git /../../own ${source}`, '..'],
    ['a line with too little', () => 'own git', 'needs a name'],
  ])('%s ends the build and is named', { timeout: 2 * minute }, async (_, line, named) => {
    const { status, lines } = await build(line());
    expect(status).toBe(1);
    expect(lines.join('\n')).toContain(named);
    await expect(access(join(workshop.out, 'image.tar'))).rejects.toThrow();
  });
});

test('install types: the hook of the chosen type takes the place of one of the same name; files of environment.d get no words', {
  timeout: 2 * minute,
}, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  const workshop = await openWorkshop();
  try {
    await workshop.element('own/install.d/50-own', '#!/bin/sh\necho "@@ plain"\n');
    await workshop.element('own/install.d/own-source-install/50-own', '#!/bin/sh\necho "@@ source"\n');
    await workshop.element('own/environment.d/50-own', 'export WORDS=$#\n');
    await workshop.element('own/install.d/60-own', '#!/bin/sh\necho "@@ $WORDS"\n');
    const words = ['image', 'build', '-n', '-t', 'tar', 'tiny-os', 'install-types', 'own'];
    const { status, lines } = await workshop.start(words).ended;
    expect(status, lines.slice(-5).join('\n')).toBe(0);
    expect(lines.filter((line) => line.startsWith('@@ '))).toEqual(['@@ source', '@@ 0']);
  } finally {
    await workshop.remove();
  }
});
