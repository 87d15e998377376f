import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtPackage } from '../../../lab/agent-image.ts';
import { debianMirror } from '../../../lab/apt-sources.ts';
import { openWorkshop, type Workshop } from './own-build.ts';

const minute = 60_000;

describe('own elements in a tree of Debian', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    if (!existsSync(resolve('dist/gandi-provision'))) throw new Error('run `make build` first');
    workshop = await openWorkshop();
    await writeFile(join(workshop.folder, 'keys'), 'ssh-ed25519 AAAA developer\n');
  });
  afterAll(() => workshop?.remove());

  beforeEach((context) => {
    if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  });

  /** @returns the folder with the parts of the tree that tests look at */
  const build = async (name: string, types: string, elements: string, more: Readonly<Record<string, string>>) => {
    const words = ['image', 'build', '-n', '-t', types, '-o', name, 'debian-minimal', ...elements.split(' ')];
    const environment = {
      ELEMENTS_PATH: '',
      DIB_RELEASE: 'bookworm',
      DIB_DISTRIBUTION_MIRROR: await debianMirror(),
      DIB_GANDI_VM_AGENT_PACKAGE: await builtPackage(),
      DIB_NO_TMPFS: '1',
      ...more,
    };
    const { status, lines } = await workshop.start(words, { environment, program: 'executable' }).ended;
    expect(status, lines.slice(-20).join('\n')).toBe(0);
    const tree = join(workshop.folder, name);
    await mkdir(tree);
    const parts = ['./etc', './home', './usr/local', './var/lib/dpkg/status'];
    await execa('tar', ['-xpf', join(workshop.out, `${name}.tar`), '-C', tree, ...parts]);
    return tree;
  };

  test('devuser, serial-console, growroot, simple-init and block-device-gpt', { timeout: 40 * minute }, async () => {
    const tree = await build('one', 'tar,raw', 'devuser serial-console growroot simple-init block-device-gpt', {
      DIB_DEV_USER_USERNAME: 'ann',
      DIB_DEV_USER_PWDLESS_SUDO: 'yes',
      DIB_DEV_USER_AUTHORIZED_KEYS: join(workshop.folder, 'keys'),
      DIB_DEV_USER_SHELL: '/bin/bash',
    });
    const text = (path: string) => readFile(join(tree, path), 'utf8');
    const status = await text('var/lib/dpkg/status');

    const [, uid = '', gid = ''] =
      /^ann:x:(\d+):(\d+):.*:\/home\/ann:\/bin\/bash$/m.exec(await text('etc/passwd')) ?? [];
    expect(await text('home/ann/.ssh/authorized_keys')).toBe('ssh-ed25519 AAAA developer\n');
    expect(await stat(join(tree, 'home/ann/.ssh/authorized_keys'))).toMatchObject({
      uid: Number(uid),
      gid: Number(gid),
    });
    expect((await stat(join(tree, 'home/ann/.ssh/authorized_keys'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(tree, 'home/ann/.ssh'))).mode & 0o777).toBe(0o700);
    expect(await text('etc/sudoers.d/devuser')).toBe('ann ALL=(ALL) NOPASSWD:ALL\n');
    expect((await stat(join(tree, 'etc/sudoers.d/devuser'))).mode & 0o777).toBe(0o440);
    expect(status).toMatch(/^Package: sudo$/m);

    const getty = 'etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service';
    expect(await readlink(join(tree, getty))).toMatch(/\/serial-getty@\.service$/);

    expect(status).toMatch(/^Package: gandi-vm-agent$/m);
    expect(await enabledIn(tree)).toEqual(expect.arrayContaining(['gandi-bootstrap.service', 'gandi-config.service']));

    expect(await readlink(join(tree, 'usr/local/bin/glean'))).toBe('/usr/sbin/gandi-agent');
    expect(await text('etc/default/gandi')).toMatch(/^CONFIG_NODHCP=""$/m);
    expect(await text('etc/network/interfaces')).toContain('iface lo inet loopback');
    expect(status).not.toMatch(/^Package: cloud-init$/m);

    // The inodes and times that it has differ from build to build.
    const { stdout: members } = await execa('tar', ['-tf', join(workshop.out, 'one.tar'), './var/cache/ldconfig']);
    expect(members.split('\n')).toEqual(['./var/cache/ldconfig/']);

    const { stdout } = await execa('sfdisk', ['--json', join(workshop.out, 'one.raw')]);
    expect(JSON.parse(stdout).partitiontable).toMatchObject({
      label: 'gpt',
      partitions: [
        { name: 'BSP', type: '21686148-6449-6E6F-744E-656564454649', size: 16_384 },
        { name: 'root', type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4' },
      ],
    });
  });

  test('cloud-init, with the sources that are asked for', { timeout: 40 * minute }, async () => {
    const tree = await build('two', 'tar', 'cloud-init', { DIB_CLOUD_INIT_DATASOURCES: 'NoCloud, ConfigDrive' });
    expect(await readFile(join(tree, 'var/lib/dpkg/status'), 'utf8')).toMatch(/^Package: cloud-init$/m);
    const sources = 'etc/cloud/cloud.cfg.d/91-dib-cloud-init-datasources.cfg';
    expect(await readFile(join(tree, sources), 'utf8')).toBe('datasource_list: [ NoCloud, ConfigDrive ]\n');
    expect(await enabledIn(tree)).toContain('cloud-init.service');
  });
});

/** The units that a target or service of the tree wants. */
async function enabledIn(tree: string): Promise<string[]> {
  const paths = await readdir(join(tree, 'etc/systemd/system'), { recursive: true });
  return paths.flatMap((path) => /\.(?:wants|requires)\/([^/]+)$/.exec(path)?.[1] ?? []);
}
