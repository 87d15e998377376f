import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

test('systemd finds nothing wrong in any unit', async () => {
  const paths = globSync('systemd/*.*').map((path) => resolve(path));
  const { stderr } = await execa('systemd-analyze', ['verify', '--man=no', ...paths], { reject: false });
  // The program is not installed on the machine that runs the tests.
  const said = stderr.split('\n').filter((line) => line.includes('gandi-') && !/is not executable/.test(line));
  expect(said).toEqual([]);
});
