import { execa } from 'execa';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

const MINUTE = 60_000;

test('a package for arm64 is made here, and its executable starts under an emulator', { timeout: 20 * MINUTE }, async ({
  skip,
}) => {
  skip(process.getuid?.() !== 0, 'make installs the packages for a cross build, as root');
  await execa('make', ['deb', 'ARCH=arm64', 'compression_level=1']);
  const { stdout: field } = await execa('dpkg-deb', [
    ...['--field', `dist/gandi-vm-agent_${manifest.version}_arm64.deb`],
    ...['Architecture', 'Depends'],
  ]);
  expect(field).toMatch(/^Architecture: arm64$/m);
  expect(field).toMatch(/^Depends: .*libc6 \(>= [\d.]+\)/m);
  expect(field).not.toContain('cross');
  const emulated = ['-L', '/usr/aarch64-linux-gnu', 'dist/arm64/gandi-agent'];
  const { stdout } = await execa('qemu-aarch64', [...emulated, '--version']);
  expect(stdout).toBe(`gandi-agent ${manifest.version}`);
  // Not less than is said in deb/rules, where the packages of a cross build cannot be asked.
  const { stdout: symbols } = await execa('objdump', ['-T', 'dist/gandi-agent']);
  const { stdout: theirs } = await execa('aarch64-linux-gnu-objdump', ['-T', 'dist/arm64/gandi-agent']);
  expect(newest(theirs, 'GLIBC')).toBeLessThanOrEqual(newest(symbols, 'GLIBC'));
  expect(newest(theirs, 'GLIBCXX')).toBeLessThanOrEqual(newest(symbols, 'GLIBCXX'));
});

/** Of the versions that symbols ask for, such as `GLIBC_2.28` and `GLIBCXX_3.4.21`, the newest as a number. */
function newest(symbols: string, library: string): number {
  const versions = [...symbols.matchAll(new RegExp(`\\b${library}_(\\d+)\\.(\\d+)(?:\\.(\\d+))?`, 'g'))];
  return Math.max(
    ...versions.map(([, major, minor, patch]) => Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch ?? 0)),
  );
}
