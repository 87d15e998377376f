import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { packArchive, writeSwapDisk } from '../../lab/damaged-swap-disk.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { passwordHash, webServer } from './payloads.ts';

const packers = {
  plain: null,
  gzip: ['gzip'],
  xz: ['xz'],
  zstd: ['zstd', '--quiet'],
} as const;

describe.each([12, 13] as const)('Debian %i', (debian) => {
  const guest = sharedGuest({ debian, system: 'unpackers' });

  test.for(Object.entries(packers))('a payload, %s: is applied, and nothing of it stays', async ([kind, packer]) => {
    const script = `#!/bin/sh\necho ${kind}\n`;
    const config = JSON.stringify({ ...webServer, vm_hostname: `web-${kind}` });
    const archive = await packArchive([
      [{ name: 'gandi/config' }, config],
      [{ name: 'gandi/script' }, script],
    ]);
    const disk = await startedWith(guest(), packer === null ? archive : await pack(packer, archive));
    await guest().expect('gandi-agent bootstrap');
    expect(await guest().expect('hostname')).toBe(`web-${kind}`);
    expect(`${await guest().expect('cat /gandi/script')}\n`).toBe(script);
    expect(await guest().expect('stat --format="%U %a" /gandi/script')).toBe('root 600');
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe('/dev/vdb');
    await pull(guest(), disk);
    const image = await readFile(disk.image);
    expect(image.subarray(512 * 1024, 1024 ** 2).every((byte) => byte === 0)).toBe(true);
    expect(image.includes(passwordHash)).toBe(false);
  });

  test('after a stop and a start: edits are replaced where a flag allows it, kept, and named', async () => {
    await startAndStop(guest(), 'web-before');
    await guest().expect('echo db7 >/etc/hostname; echo nameserver 203.0.113.53 >/etc/resolv.conf');
    await guest().expect('echo CONFIG_NAMESERVER=0 >>/etc/default/gandi');
    const said = await startAndStop(guest(), 'web-again');
    expect(said).toContain('/etc/hostname is replaced; what it was is kept as /var/lib/gandi/replaced/etc/hostname.');
    expect(await guest().readFile('/etc/hostname')).toBe('web-again\n');
    expect(await guest().expect('cat /var/lib/gandi/replaced/etc/hostname.*')).toMatch(/^db7$/m);
    expect(await guest().readFile('/etc/resolv.conf')).toBe('nameserver 203.0.113.53\n');
  });

  test('modules of a kernel that came as a package are left out, and the rest is applied', async () => {
    const disk = await startedWith(guest(), await payloadWithModules(guest(), ['gzip'], 'gz', 'packaged'));
    const { exitCode, stderr } = await guest().run('gandi-agent bootstrap');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('belongs to package') });
    expect(await guest().expect('hostname')).toBe('web-packaged');
    await pull(guest(), disk);
  });

  test.for([
    ['gz', ['gzip']],
    ['bz2', ['bzip2']],
    ['xz', ['xz']],
    ['zst', ['zstd', '--quiet']],
  ] as const)("modules of the platform's kernel, .%s: become its tree, and load", async ([ending, packer]) => {
    await forgetKernelPackage(guest());
    const disk = await startedWith(guest(), await payloadWithModules(guest(), packer, ending, ending));
    await guest().expect('gandi-agent bootstrap');
    const tree = await guest().expect('readlink --canonicalize /lib/modules/$(uname -r)');
    expect(await guest().expect(`find ${tree} -name '*.ko*' -printf '%U:%G %m\\n'`)).toBe('0:0 644');
    expect(await guest().expect(`ls ${tree}/modules.dep ${tree}/.gandi-modules | wc --lines`)).toBe('2');
    await guest().expect('modprobe $(cat /root/module-name) && modprobe --remove $(cat /root/module-name)');
    expect(await guest().expect('gandi-agent bootstrap --dry-run')).toBe('nothing to do');
    await pull(guest(), disk);
  });
});

/** The platform's part of a start: a disk with these bytes in the place of a payload. */
async function startedWith(guest: Guest, payload: Uint8Array): Promise<GuestDisk> {
  const image = await writeSwapDisk(join(guest.folder, 'payload.img'), payload);
  const disk = await guest.attachDisk({ image, serial: 'gandiswap', bus: 'virtio' });
  await guest.waitFor('test -b /dev/vdb && udevadm settle');
  return disk;
}

async function pull(guest: Guest, disk: GuestDisk): Promise<void> {
  await guest.expect('swapoff /dev/vdb; sync');
  await disk.detach();
}

/** @returns what the agent said about the configuration of this name */
async function startAndStop(guest: Guest, name: string): Promise<string> {
  const config = JSON.stringify({ ...webServer, vm_hostname: name });
  const disk = await startedWith(guest, await packArchive([[{ name: 'gandi/config' }, config]]));
  const { stderr } = await guest.run('gandi-agent bootstrap');
  await pull(guest, disk);
  return stderr;
}

/** A tree of one module that the kernel of the guest has and does not use, packed as the platform does. */
async function payloadWithModules(
  guest: Guest,
  packer: readonly [string, ...string[]],
  ending: string,
  name: string,
): Promise<Buffer> {
  const release = await guest.expect('uname -r');
  const path = await guest.expect(chooseModule);
  const content = Buffer.from(await guest.expect('base64 --wrap=0 /root/module'), 'base64');
  const tree = `lib/modules/${release}`;
  const modules = await packTree([
    [`${tree}/modules.order`, `${path}\n`],
    [`${tree}/modules.builtin`, ''],
    [`${tree}/${path}`, content],
  ]);
  return packTree([
    ['gandi/config', JSON.stringify({ ...webServer, vm_hostname: `web-${name}` })],
    [`gandi/${release}-modules.tar.${ending}`, await pack(packer, modules)],
  ]);
}

/** Its path in the tree; the module and its name are kept in /root, as the tree is replaced by what the test brings. */
const chooseModule = `
  cd /lib/modules/$(uname -r)
  test -e /root/module || for file in $(find kernel/lib kernel/crypto -name '*.ko*' -size -64k | sort); do
    name=$(basename $file | sed 's/\\.ko.*//; s/-/_/g')
    test -z "$(modinfo --field=depends $name)" && ! grep --quiet "^$name " /proc/modules && modprobe $name || continue
    modprobe --remove $name && cp $file /root/module && echo $name >/root/module-name && echo $file >/root/module-path &&
      break
  done
  cat /root/module-path`;

/** From here on the tree is nobody's, as one of a kernel that the platform starts is. */
async function forgetKernelPackage(guest: Guest): Promise<void> {
  await guest.expect('sed --in-place "\\#/lib/modules#d" /var/lib/dpkg/info/linux-image-*.list');
}

/** An archive of the machine's own tar. */
async function packTree(members: ReadonlyArray<readonly [string, string | Uint8Array]>): Promise<Buffer> {
  const folder = await mkdtemp('/tmp/lab-modules-');
  try {
    const names: string[] = [];
    for (const [name, content] of members) {
      const path = join(folder, name);
      await execa('mkdir', ['--parents', join(path, '..')]);
      await writeFile(path, content);
      names.push(name);
    }
    const tar = await execa('tar', ['--create', '--directory', folder, ...names], { encoding: 'buffer' });
    return Buffer.from(tar.stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function pack([program, ...args]: readonly [string, ...string[]], bytes: Uint8Array): Promise<Buffer> {
  const { stdout } = await execa(program, args, { input: bytes, encoding: 'buffer' });
  return Buffer.from(stdout);
}
