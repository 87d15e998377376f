import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { enabledUnits, existing, installableUnits, modes, mountOverlay, reasonAgainstOverlay } from './overlay.ts';
import { configurationFiles } from './configuration-files.ts';
import { buildOldPackage, enableOldPackage } from './old-package.ts';

const deb = `dist/gandi-vm-agent_${manifest.version}_amd64.deb`;
const MEGABYTE = 1_000_000;
const MEBIBYTE = 1_048_576;
const generator = '/usr/lib/systemd/system-generators/systemd-sysv-generator';
const initScripts = ['bootstrap', 'config', 'hotplug', 'mount', 'network', 'postboot'].map(
  (name) => `/etc/init.d/gandi-${name}`,
);

describe('the package', () => {
  test('is small enough to be part of every image', async () => {
    const { stdout } = await execa('dpkg-deb', ['--field', deb, 'Installed-Size']);
    expect((await stat(deb)).size).toBeLessThan(20 * MEGABYTE);
    expect(Number(stdout) * 1024).toBeLessThan(135 * MEGABYTE);
  });

  test('takes the place of the old agent', async () => {
    const { stdout } = await execa('dpkg-deb', ['--field', deb, 'Conflicts', 'Replaces', 'Provides']);
    expect(stdout.match(/gandi-hosting-vm2/g)).toHaveLength(3);
  });
});

describe('installed in a chroot where no systemd runs', async () => {
  const reason = await reasonAgainstOverlay();
  let folder = '';
  let root = '';

  beforeAll(async () => {
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'gandi-package-'));
    await execa('mount', ['-t', 'tmpfs', 'none', folder]);
    root = await mountOverlay(folder);
    await copyFile(deb, join(root, 'agent.deb'));
    await dpkg(root, '--install', '/agent.deb');
  });

  afterAll(async () => {
    if (folder === '') return;
    await execa('umount', ['--recursive', folder]);
    await rm(folder, { recursive: true });
  });

  test('every unit with an [Install] section is enabled', async (context) => {
    context.skip(reason !== undefined, reason);
    expect(await enabledUnits(root)).toEqual(await installableUnits(root));
  });

  test('the folders for secrets and for what root runs are closed to others', async (context) => {
    context.skip(reason !== undefined, reason);
    expect(await modes(root, ['var/lib/gandi', 'etc/gandi/hooks', 'etc/gandi/plugins.d'])).toEqual([
      '700',
      '750',
      '750',
    ]);
  });

  test('the command is found and runs', async (context) => {
    context.skip(reason !== undefined, reason);
    const { stdout } = await execa('chroot', [root, 'gandi-agent', '--version']);
    expect(stdout).toBe(`gandi-agent ${manifest.version}`);
  });

  test('what is empty in the executable takes no space', async (context) => {
    if (reason !== undefined) context.skip(reason);
    const { blocks, size } = await stat(join(root, 'usr/lib/gandi/gandi-agent'));
    expect(blocks * 512).toBeLessThan(90 * MEBIBYTE);
    expect((blocks * 512) / size).toBeLessThan(0.77);
  });

  test('the flags that the admin changed outlive an upgrade', async (context) => {
    context.skip(reason !== undefined, reason);
    await appendFile(join(root, 'etc/default/gandi'), '# changed by the admin\n');
    await dpkg(root, '--install', '/agent.deb');
    expect(await readFile(join(root, 'etc/default/gandi'), 'utf8')).toContain('# changed by the admin');
  });

  test('a unit that the admin disabled stays disabled over an upgrade', async (context) => {
    context.skip(reason !== undefined, reason);
    await execa('chroot', [root, 'systemctl', 'disable', 'gandi-mount.service']);
    await dpkg(root, '--install', '/agent.deb');
    expect(await enabledUnits(root)).not.toContain('gandi-mount.service');
    await execa('chroot', [root, 'systemctl', 'enable', 'gandi-mount.service']);
  });

  test('its scripts for sysvinit are linked, and systemd makes no unit of any', async (context) => {
    context.skip(reason !== undefined, reason);
    expect(await runLevelLinks(root)).toEqual([
      'S gandi-bootstrap',
      ...['gandi-config', 'gandi-hotplug', 'gandi-mount', 'gandi-network', 'gandi-postboot'].map((name) => `2 ${name}`),
    ]);
    // One that has no unit shows that the generator works here.
    const script = await readFile(join(root, 'etc/init.d/gandi-mount'), 'utf8');
    await writeFile(join(root, 'etc/init.d/other'), script.replaceAll('gandi-mount', 'other'), { mode: 0o755 });
    await symlink('../init.d/other', join(root, 'etc/rc2.d/S02other'));
    const folders = ['normal', 'early', 'late'];
    for (const name of folders) await mkdir(join(root, name));
    await execa('chroot', [root, generator, ...folders.map((name) => `/${name}`)]);
    const units = (await readdir(join(root, 'late'))).filter((name) => /^(gandi-.*|other)\.service$/.test(name));
    expect(units).toEqual(['other.service']);
  });

  test('all that an admin may edit is a configuration file', async (context) => {
    context.skip(reason !== undefined, reason);
    const { stdout } = await execa('dpkg-deb', ['--info', deb, 'conffiles']);
    expect(stdout.split('\n')).toEqual(configurationFiles('/etc/default/gandi', initScripts));
  });

  test('removal leaves no link to a unit, and what the admin wrote', async (context) => {
    context.skip(reason !== undefined, reason);
    await dpkg(root, '--remove', 'gandi-vm-agent');
    expect(await enabledUnits(root)).toEqual([]);
    expect(await readFile(join(root, 'etc/default/gandi'), 'utf8')).toContain('# changed by the admin');
  });

  test('installed again after a removal, it is enabled again', async (context) => {
    context.skip(reason !== undefined, reason);
    await dpkg(root, '--install', '/agent.deb');
    expect(await enabledUnits(root)).toEqual(await installableUnits(root));
  });

  test('a purge leaves nothing', async (context) => {
    context.skip(reason !== undefined, reason);
    await dpkg(root, '--purge', 'gandi-vm-agent');
    expect(await enabledUnits(root)).toEqual([]);
    const left = ['etc/default/gandi', 'etc/gandi', 'var/lib/gandi', 'usr/lib/gandi', 'usr/sbin/gandi-agent'];
    expect(await existing(root, [...left, 'etc/init.d/gandi-mount'])).toEqual([]);
    expect(await runLevelLinks(root)).toEqual([]);
  });
});

describe('installed over gandi-hosting-vm2', async () => {
  const reason = await reasonAgainstOverlay();
  let folder = '';
  let root = '';

  beforeAll(async () => {
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'gandi-takeover-'));
    await execa('mount', ['-t', 'tmpfs', 'none', folder]);
    root = await mountOverlay(folder);
    await copyFile(await buildOldPackage(folder), join(root, 'old.deb'));
    await copyFile(deb, join(root, 'agent.deb'));
    await dpkg(root, '--install', '/old.deb');
    await enableOldPackage(root);
    // As an admin does: mounting off in the flags, memory off in the rules, a hook of their own.
    await appendFile(join(root, 'etc/default/gandi'), 'CONFIG_ALLOW_MOUNT=0\n');
    await execa('sed', ['-i', 's/^SUBSYSTEM=="memory"/#&/', join(root, 'etc/udev/rules.d/86-gandi.rules')]);
    await appendFile(join(root, 'etc/gandi/hooks/post-disk-attach'), 'echo mine\n');
    await dpkg(root, '--force-confold', '--install', '/agent.deb');
  });
  beforeEach(({ skip }) => skip(reason !== undefined, reason));
  afterAll(async () => {
    if (folder === '') return;
    await execa('umount', ['--recursive', folder]);
    await rm(folder, { recursive: true });
  });

  test('the old package is gone, and nothing of it runs twice or at all', async () => {
    const { stdout } = await execa('chroot', [root, 'dpkg', '--status', 'gandi-hosting-vm2']);
    expect(stdout).toMatch(/^Status: .* config-files$/m);
    const old = ['usr/sbin/gandi-bootstrap', 'etc/udev/rules.d/86-gandi.rules', 'etc/rc2.d/S01gandi-bootstrap'];
    expect(await existing(root, old)).toEqual([]);
    expect(await readFile(join(root, 'etc/init.d/gandi-bootstrap'), 'utf8')).toContain('/usr/lib/gandi/gandi-agent');
    expect(await runLevelLinks(root)).toContain('S gandi-bootstrap');
    expect(await enabledUnits(root)).toEqual(await installableUnits(root));
  });

  test("the admin's flags, hooks and settings are as they were, and what was off in the rules is off in the flags", async () => {
    expect(await readFile(join(root, 'etc/default/gandi'), 'utf8')).toBe(
      'CONFIG_MOTD=1\nCONFIG_ALLOW_MOUNT=1\nCONFIG_ALLOW_MOUNT=0\nCONFIG_MEMORY_HOTPLUG=0\n',
    );
    expect(await readFile(join(root, 'etc/gandi/hooks/post-disk-attach'), 'utf8')).toContain('echo mine');
  });
});

/** The run levels 2 and S with what of ours is started in each. */
async function runLevelLinks(root: string): Promise<string[]> {
  const levels = await Promise.all(
    ['S', '2'].map(async (level) => {
      const names = await readdir(join(root, `etc/rc${level}.d`)).catch(() => []);
      return names.filter((name) => /^S\d\dgandi-/.test(name)).map((name) => `${level} ${name.slice(3)}`);
    }),
  );
  return levels.flat();
}

// Whether udev and its kin are installed on this machine is beside the point.
async function dpkg(root: string, ...args: string[]): Promise<void> {
  await execa('chroot', [root, 'dpkg', '--force-depends', ...args], {
    stdin: 'ignore',
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
