import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

// What systemd-analyze security(1) may find at most. A unit that runs other people's programs, or sets up the machine,
// cannot close what they need: the reason is in each unit.
const exposure = {
  'gandi-bootstrap.service': 9.3,
  'gandi-config.service': 9.6,
  'gandi-hotplug.service': 8.7,
  'gandi-mount.service': 5,
  'gandi-network.service': 9.6,
  'gandi-outcome.service': 3,
  'gandi-postboot.service': 9.6,
} as const;

test('each service has a limit', () => {
  const names = globSync('*.service', { cwd: 'systemd' });
  expect(names.sort()).toEqual(Object.keys(exposure));
});

test.each(Object.entries(exposure))('%s is exposed to at most %d', async (name, limit) => {
  const { stdout } = await execa('systemd-analyze', [
    ...['security', '--offline=yes', '--no-pager', `--threshold=${limit * 10}`],
    resolve('systemd', name),
  ]);
  const found = Number(/exposure level for .*: ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
  expect(found).toBeLessThanOrEqual(limit);
});

test('systemd finds nothing wrong in any unit', async () => {
  const paths = globSync('systemd/*').map((path) => resolve(path));
  const { stderr } = await execa('systemd-analyze', ['verify', '--man=no', ...paths], { reject: false });
  // The program is not installed on the machine that runs the tests.
  const said = stderr.split('\n').filter((line) => line.includes('gandi-') && !/is not executable/.test(line));
  expect(said).toEqual([]);
});
