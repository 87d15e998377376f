import { describe, expect, test } from 'vitest';
import { readCdistTrigger } from '../../../../../src/provision/serve/trigger/cdist-options.ts';

const read = (...words: string[]) => readCdistTrigger(words, false);

describe('the command line of cdist trigger', () => {
  test('is understood in full', () => {
    expect(read('-b', '-H', '3001', '-nvv', '-D', '/srv/tftp', '-O/srv/source', '--ipv6')).toEqual({
      port: 3001,
      isIpv6: true,
      isDryRun: true,
      directory: '/srv/tftp',
      source: '/srv/source',
      verbosity: 2,
      passedOn: ['--verbose', '--verbose'],
      state: undefined,
      command: undefined,
    });
  });

  test('has port 3000, and 0 serves nothing', () => {
    expect(read('-b')).toMatchObject({ port: 3000, isIpv6: false, isDryRun: false, verbosity: 0 });
    expect(read('-b', '-H', '0')).toMatchObject({ port: undefined });
  });

  test('hands the options of cdist config on to each run', () => {
    const words = ['-b', '-i', 'manifest', '-j', '-c', 'conf', '--remote-exec', 'ssh -o x', '-R', 'tgz', '-4'];
    expect(read(...words)).toMatchObject({
      passedOn: [
        '--initial-manifest=manifest',
        '--jobs',
        '--conf-dir=conf',
        '--remote-exec=ssh -o x',
        '--use-archiving=tgz',
        '--force-ipv4',
      ],
    });
  });

  test('may have its first spellings: -6 for the listening side, -S with the source', () => {
    expect(read('-b', '-6', '-S', 'file')).toMatchObject({ isIpv6: true, source: 'file', passedOn: ['--force-ipv6'] });
    expect(read('-b', '-S')).toMatchObject({ source: undefined, passedOn: ['--disable-saving-output-streams'] });
  });

  test('may have long options cut short while they stay the only one', () => {
    expect(read('--beta', '--dir', 'd', '--so=s', '--dry')).toMatchObject({
      directory: 'd',
      source: 's',
      isDryRun: true,
    });
  });

  test.each([
    [['-n'], 1, 'beta'],
    [['-b', '-H', 'notaport'], 1, 'notaport'],
    [['-b', '-H', '65536'], 1, '65536'],
    [['-b', '--nosuch'], 2, '--nosuch'],
    [['--nosuch'], 2, '--nosuch'],
    [['-b', '-x'], 2, '-x'],
    [['-b', '-D'], 2, '-D/--directory'],
    [['-b', '-D', '-n'], 2, '-D/--directory'],
    [['-b', '--re', 'x'], 2, '--remote-exec'],
    [['-b', '--dry-run=x'], 2, '--dry-run'],
    [['-b', 'operand'], 2, 'operand'],
    [['-b', '-j', '0'], 2, '-j/--jobs'],
    [['-h'], 0, 'usage'],
  ])('%j ends with %d and names %s', (words, status, named) => {
    expect(read(...words)).toEqual({ status, says: expect.anything() });
    expect(read(...words)).toMatchObject({ says: expect.arrayContaining([expect.stringContaining(named)]) });
  });

  test('needs no -b where CDIST_BETA is set', () => {
    expect(readCdistTrigger(['-n'], true)).toMatchObject({ isDryRun: true });
  });
});
