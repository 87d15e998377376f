import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { inspectImage } from '../../../../src/provision/image/inspect/inspect-image.ts';

const system = openSystem('/', openJournal('error'));

test.each(['raw', 'qcow2'])(
  'an image of format %s tells partitions, packages, logins and leftovers',
  async (format) => {
    const { folder, image } = await makeImage(format);
    const facts = await inspectImage(image, folder, system);
    expect(facts).toMatchObject({ format, bytes: 64 * 1024 ** 2, table: 'gpt' });
    expect(facts.partitions.map(({ number, name, fileSystem, label }) => [number, name, fileSystem, label])).toEqual([
      [1, 'first', '', ''],
      [2, 'second', 'ext4', 'top'],
    ]);
    expect(facts.system).toMatchObject({
      name: 'Own 1',
      packages: [{ name: 'apt', version: '1' }],
      logins: [{ user: 'root', hasPassword: true, keys: 1 }],
      leftovers: [{ path: '/usr/sbin/policy-rc.d' }, { path: '/etc/ssh/ssh_host_rsa_key' }],
    });
  },
);

test('what is no system is told as such', async () => {
  const { folder } = await makeImage('raw');
  const empty = join(folder, 'empty');
  execFileSync('truncate', ['-s', '1M', empty]);
  expect(await inspectImage(empty, folder, system)).toMatchObject({
    table: '',
    partitions: [{ number: 0, fileSystem: '' }],
    system: null,
  });
});

test('what qemu-img cannot read is refused', async () => {
  await expect(inspectImage('/proc/version', tmpdir(), system)).rejects.toMatchObject({ code: 'inspect.no-image' });
});

async function makeImage(format: string): Promise<{ readonly folder: string; readonly image: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = `mkdir -p tree/usr/lib tree/usr/sbin tree/etc/ssh tree/var/lib/dpkg tree/root/.ssh
    echo "PRETTY_NAME='Own 1'" > tree/usr/lib/os-release
    echo 'root:x:0:0::/root:/bin/sh' > tree/etc/passwd; echo 'root:$6$x$y:1::' > tree/etc/shadow
    echo 'ssh-ed25519 AAAA me' > tree/root/.ssh/authorized_keys; : > tree/etc/machine-id
    printf 'Package: apt\\nStatus: install ok installed\\nVersion: 1\\nArchitecture: all\\n' > tree/var/lib/dpkg/status
    : > tree/usr/sbin/policy-rc.d; : > tree/etc/ssh/ssh_host_rsa_key
    truncate -s 64M image.raw
    printf 'label: gpt\\nsize=1MiB, name=first\\nsize=60MiB, name=second\\n' | sfdisk -q image.raw
    mke2fs -q -t ext4 -L top -E offset=$((4096 * 512)) -d tree image.raw 60M
    qemu-img convert -O ${format} image.raw image`;
  execFileSync('sh', ['-euc', script], { cwd: folder });
  return { folder, image: join(folder, 'image') };
}
