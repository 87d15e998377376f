import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { installedDocuments } from '../../../src/core/error/installed-documents.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-documents-'));
  await execa('dpkg-deb', ['--extract', `dist/gandi-vm-agent_${manifest.version}_amd64.deb`, folder]);
});

afterAll(() => rm(folder, { recursive: true }));

test('every link in the documents of the package leads to a file of the package', () => {
  const pages = globSync('usr/share/doc/gandi-vm-agent/**/*.md', { cwd: folder });
  expect(pages.length).toBeGreaterThan(40);
  const dead = pages.flatMap((page) =>
    linksIn(readFileSync(join(folder, page), 'utf8'))
      .map((link) => normalize(join(dirname(page), link)))
      .filter((target) => !existsSync(join(folder, target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test('the pages that messages of the agent name are there', () => {
  const source = globSync('src/agent/**/*.ts').map((path) => readFileSync(path, 'utf8'));
  const named = source.flatMap((text) => [...text.matchAll(/\$\{installedDocuments\}\/([\w/-]+\.md)/g)]);
  const pages = new Set(named.map(([, page]) => page ?? ''));
  expect(pages.size).toBeGreaterThan(2);
  for (const page of pages) expect(existsSync(join(folder, installedDocuments, page)), page).toBe(true);
});

/** Targets within the package: neither addresses nor places of the same page. */
function linksIn(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}
