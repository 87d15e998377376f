import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { configurationFiles } from './configuration-files.ts';
import { enabledUnits, existing, installableUnits, modes, mountOverlay, reasonAgainstOverlay } from './overlay.ts';

const package_ = `dist/gandi-vm-agent-${manifest.version}-1.x86_64.rpm`;

test('the rpm takes the place of the old agent', async () => {
  const { stdout } = await execa('rpm', ['--query', '--package', '--provides', '--obsoletes', '--conflicts', package_]);
  expect(stdout.match(/^gandi-hosting-vm2 /gm)).toHaveLength(3);
});

test('all that an admin may edit is a configuration file, which an upgrade keeps', async () => {
  const { stdout } = await execa('rpm', [
    '--query',
    '--package',
    '--queryformat',
    '[%{FILEFLAGS:fflags} %{FILENAMES}\n]',
    package_,
  ]);
  const flagged = stdout.split('\n').filter((line) => /^\S*c/.test(line));
  expect(flagged.map((line) => line.split(' ')[1]).sort()).toEqual(configurationFiles('/etc/sysconfig/gandi'));
  // c for %config, n for noreplace.
  expect(flagged.filter((line) => !line.startsWith('cn '))).toEqual([]);
});

describe('the rpm installed by rpm itself in a root folder where no systemd runs', async () => {
  const reason = await reasonAgainstOverlay();
  let folder = '';
  let root = '';

  beforeAll(async () => {
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'gandi-rpm-'));
    await execa('mount', ['-t', 'tmpfs', 'none', folder]);
    root = await mountOverlay(folder);
    await copyFile(package_, join(root, 'agent.rpm'));
    await mkdir(join(root, 'srv/customer'), { recursive: true });
    await writeFile(join(root, 'srv/customer/file'), 'theirs');
    await rpm(root, '--install', join(root, 'agent.rpm'));
  });
  beforeEach(({ skip }) => skip(reason !== undefined, reason));
  afterAll(async () => {
    if (folder === '') return;
    await execa('umount', ['--recursive', folder]);
    await rm(folder, { recursive: true });
  });

  test('every unit with an [Install] section is enabled', async () => {
    expect(await enabledUnits(root)).toEqual(await installableUnits(root));
  });

  test('the flags are where an RPM distribution has them, and the command reads them', async () => {
    expect(await readFile(join(root, 'etc/sysconfig/gandi'), 'utf8')).toContain('CONFIG_ALLOW_MOUNT=1');
    expect((await execa('chroot', [root, 'gandi-agent', '--version'])).stdout).toBe(`gandi-agent ${manifest.version}`);
  });

  test('the folders for secrets and for what root runs are closed to others', async () => {
    expect(await modes(root, ['var/lib/gandi', 'etc/gandi/hooks', 'etc/gandi/plugins.d'])).toEqual([
      '700',
      '750',
      '750',
    ]);
  });

  test('what rpm says of each file is true', async () => {
    expect((await rpm(root, '--verify', '--nodeps', 'gandi-vm-agent')).stdout).toBe('');
  });

  test('flags and hooks that the admin changed, and a unit that the admin disabled, outlive an upgrade', async () => {
    await appendFile(join(root, 'etc/sysconfig/gandi'), '# changed by the admin\n');
    await appendFile(join(root, 'etc/gandi/hooks/post-disk-attach'), 'echo mine\n');
    await execa('chroot', [root, 'systemctl', 'disable', 'gandi-mount.service']);
    await rpm(root, '--upgrade', '--force', join(root, 'agent.rpm'));
    expect(await readFile(join(root, 'etc/sysconfig/gandi'), 'utf8')).toContain('# changed by the admin');
    expect(await readFile(join(root, 'etc/gandi/hooks/post-disk-attach'), 'utf8')).toContain('echo mine');
    expect(await enabledUnits(root)).not.toContain('gandi-mount.service');
  });

  test('L28: removal leaves no link to a unit, keeps what the admin changed, and touches nothing of a customer', async () => {
    await rpm(root, '--erase', 'gandi-vm-agent');
    expect(await enabledUnits(root)).toEqual([]);
    expect(await existing(root, ['usr/lib/gandi', 'usr/sbin/gandi-agent', 'etc/sysconfig/gandi'])).toEqual([]);
    expect(await readFile(join(root, 'etc/sysconfig/gandi.rpmsave'), 'utf8')).toContain('# changed by the admin');
    expect(await readFile(join(root, 'srv/customer/file'), 'utf8')).toBe('theirs');
  });
});

/** With a database of rpm's own in the root folder; what Debian's packages provide is not in it. */
function rpm(root: string, ...args: string[]) {
  return execa('rpm', ['--root', root, '--nodeps', ...args].filter(unlessTwice), { stdin: 'ignore' });
}

function unlessTwice(argument: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(argument) === index;
}
