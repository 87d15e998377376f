import { globSync } from 'node:fs';
import { execa } from 'execa';
import { expect, test } from 'vitest';

test.each(globSync('man/*.[1-9]').sort())('man finds nothing to complain of in %s, and shows it', async (page) => {
  // As lintian asks it: every warning of groff.
  const { stdout, stderr } = await execa('man', ['--warnings', '--encoding=UTF-8', '--local-file', page], {
    env: { LC_ALL: 'C.UTF-8', MANROFFSEQ: '', MANWIDTH: '80', MANPAGER: 'cat' },
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^NAME\n/m);
});
