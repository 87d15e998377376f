import { describe, expect, test } from 'vitest';
import { buildArguments } from '../../../../src/provision/preos/build-arguments.ts';
import { buildOptionsOf } from '../../../../src/provision/preos/build-options.ts';
import { mmdebstrapArguments } from '../../../../src/provision/preos/bootstrap.ts';
import { distributions } from '../../../../src/provision/preos/distributions.ts';
import { parseArguments } from '../../../../src/provision/preos/parse-arguments.ts';

const [debian] = distributions;
if (debian === undefined) throw new Error('debian is not there');

const options = (...args: string[]) =>
  buildOptionsOf(parseArguments(buildArguments('test'), args), debian, '/work', null);

describe('options', () => {
  test('have the defaults of the distribution, and paths from the working folder', () => {
    expect(options('-B', 'a/../tree', '-p', './pxe', '-k', '/keys/one')).toMatchObject({
      tree: '/work/tree',
      pxeFolder: '/work/pxe',
      keyFiles: ['/keys/one'],
      arch: 'amd64',
      suite: 'stable',
      mirror: null,
      consoles: ['ttyS1,115200'],
      steps: { bootstrap: true, configure: false, pack: true, drive: false, remove: false },
    });
  });

  test('show no password', () => {
    const text = JSON.stringify(options('-C', '-P', 'very secret', 'tree'));
    expect(text).not.toContain('very secret');
  });

  test.each([
    [['tree'], 'preos.nothing-to-do', 2],
    [['-B', '-S', '/x', 'tree'], 'preos.needs-mirror', 1],
    [['-B', '-D', '/dev/sda', '-r', 'tree'], 'preos.drive-removed', 2],
  ])('%j are refused: %s', (args, code, exitCode) => {
    expect(() => options(...args)).toThrow(expect.objectContaining({ code, exitCode }));
  });

  test.each([[[]], [['-B']], [['-B', 'one', 'two']]])('%j do not fit the usage', (args) => {
    expect(() => options(...args)).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
  });
});

test('-D names a drive, and is a step of its own', () => {
  expect(options('-D', 'disks/a', 'tree')).toMatchObject({
    drive: { path: '/work/disks/a', consoles: [] },
    steps: { bootstrap: false, configure: false, pack: false, drive: true, remove: false },
  });
  expect(options('-D', '/dev/sdb', '--console', 'ttyS0', 'tree').drive).toEqual({
    path: '/dev/sdb',
    consoles: ['ttyS0'],
  });
});

describe('mmdebstrap', () => {
  test('makes a tree on a drive with its boot loader, in a file system that has a folder of its own', () => {
    const args = mmdebstrapArguments(debian, options('-BC', '-D', '/dev/sdb', 'tree'));
    expect(args).toContain('--skip=check/empty');
    expect(args.find((arg) => arg.startsWith('--include='))).toMatch(/,grub-pc$/);
    expect(mmdebstrapArguments(debian, options('-BC', 'tree')).join(' ')).not.toMatch(/grub-pc\b|check\/empty/);
  });

  test('installs everything at once where the tree is to be configured', () => {
    const args = mmdebstrapArguments(debian, options('-BC', '-s', 'bookworm', '-m', 'http://mirror/', 'tree'));
    expect(args.slice(-3)).toEqual(['bookworm', '/work/tree', 'http://mirror/']);
    expect(args.find((arg) => arg.startsWith('--include='))).toContain('linux-image-amd64');
  });

  test('makes a small tree where only that is asked for', () => {
    expect(mmdebstrapArguments(debian, options('-B', 'tree'))).toContain('--include=openssh-server');
  });
});
