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
      steps: { bootstrap: true, configure: false, pack: true, remove: false },
    });
  });

  test('show no password', () => {
    const text = JSON.stringify(options('-C', '-P', 'very secret', 'tree'));
    expect(text).not.toContain('very secret');
  });

  test.each([
    [['tree'], 'preos.nothing-to-do', 2],
    [['-B', '-S', '/x', 'tree'], 'preos.needs-mirror', 1],
    [['-B', '-D', '/dev/sda', 'tree'], 'preos.no-drive', 1],
  ])('%j are refused: %s', (args, code, exitCode) => {
    expect(() => options(...args)).toThrow(expect.objectContaining({ code, exitCode }));
  });

  test.each([[[]], [['-B']], [['-B', 'one', 'two']]])('%j do not fit the usage', (args) => {
    expect(() => options(...args)).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
  });
});

describe('mmdebstrap', () => {
  test('installs everything at once where the tree is to be configured', () => {
    const args = mmdebstrapArguments(debian, options('-BC', '-s', 'bookworm', '-m', 'http://mirror/', 'tree'));
    expect(args.slice(-3)).toEqual(['bookworm', '/work/tree', 'http://mirror/']);
    expect(args.find((arg) => arg.startsWith('--include='))).toContain('linux-image-amd64');
  });

  test('makes a small tree where only that is asked for', () => {
    expect(mmdebstrapArguments(debian, options('-B', 'tree'))).toContain('--include=openssh-server');
  });
});
