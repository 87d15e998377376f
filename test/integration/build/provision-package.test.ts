import { copyFile, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { existing, mountOverlay, reasonAgainstOverlay } from './overlay.ts';

const program = resolve('dist/gandi-provision');
const deb = `dist/gandi-provision_${manifest.version}_amd64.deb`;
const rpm = `dist/gandi-provision-${manifest.version}-1.x86_64.rpm`;
const says = `gandi-provision ${manifest.version}`;
const installed = [
  'usr/bin/gandi-provision',
  'usr/lib/gandi/compat/cdist',
  'usr/lib/gandi/compat/maas-import-pxe-files',
  'usr/lib/gandi/gandi-provision',
  'usr/share/man/man1/gandi-provision.1.gz',
  'usr/share/bash-completion/completions/gandi-provision',
];

describe('the executable', () => {
  test('says its version and warns of nothing', async () => {
    const { stdout, stderr } = await execa(program, ['--version'], { env: {}, extendEnv: false, cwd: '/' });
    expect({ stdout, stderr }).toEqual({ stdout: says, stderr: '' });
  });

  test('shows its help, and as bad usage where no word or an unknown one is given', async () => {
    const { stdout } = await execa(program, ['--help']);
    expect(stdout).toMatch(/^usage: gandi-provision /);
    expect(await execa(program, { reject: false })).toMatchObject({ exitCode: 2, stderr: stdout });
    expect(await execa(program, ['imagine'], { reject: false })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("gandi-provision: unknown command 'imagine'"),
    });
  });

  test('takes arguments of Node for its own, and loads no code that NODE_OPTIONS names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gandi-provision-'));
    try {
      await writeFile(join(folder, 'intruder.cjs'), "console.log('loaded');");
      const env = { NODE_OPTIONS: `--require ${join(folder, 'intruder.cjs')}` };
      const { exitCode, stdout } = await execa(program, ['-e', 'console.log("ran")'], { env, reject: false });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.each([
  ['deb', deb, ['chroot', 'dpkg', '--force-depends', '--install'], ['chroot', 'dpkg', '--force-depends', '--purge']],
  ['rpm', rpm, ['rpm', '--nodeps', '--install'], ['rpm', '--nodeps', '--erase']],
] as const)('the %s', async (kind, file, install, remove) => {
  const reason = await reasonAgainstOverlay();
  let folder = '';
  let root = '';

  beforeAll(async () => {
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'gandi-provision-'));
    await execa('mount', ['-t', 'tmpfs', 'none', folder]);
    root = await mountOverlay(folder);
    await copyFile(file, join(root, `provision.${kind}`));
    await run(install, kind === 'deb' ? '/provision.deb' : join(root, 'provision.rpm'));
  });
  beforeEach(({ skip }) => skip(reason !== undefined, reason));
  afterAll(async () => {
    if (folder === '') return;
    await execa('umount', ['--recursive', folder]);
    await rm(folder, { recursive: true });
  });

  test('brings the command, its manual and its completion', async () => {
    expect(await existing(root, installed)).toEqual(installed);
    expect(await readlink(join(root, 'usr/bin/gandi-provision'))).toBe('../lib/gandi/gandi-provision');
    expect((await execa('chroot', [root, 'gandi-provision', '--version'])).stdout).toBe(says);
  });

  test('leaves nothing when it is removed', async () => {
    await run(remove, 'gandi-provision');
    expect(await existing(root, installed)).toEqual([]);
  });

  /** dpkg runs inside the root folder, rpm beside it. */
  async function run([program, ...words]: readonly [string, ...string[]], argument: string): Promise<void> {
    const where = program === 'rpm' ? ['--root', root] : [root];
    await execa(program, [...where, ...words, argument], {
      stdin: 'ignore',
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
});

test('both packages can be on one machine: no file is in both', async () => {
  const files = async (path: string) => {
    const { stdout } = await execa('dpkg-deb', ['--contents', path]);
    return stdout.split('\n').flatMap((line) => (line.startsWith('d') ? [] : [line.split(/\s+/)[5]]));
  };
  const [ours, theirs] = await Promise.all([files(deb), files(`dist/gandi-vm-agent_${manifest.version}_amd64.deb`)]);
  expect(ours.filter((path) => theirs.includes(path))).toEqual([]);
});
