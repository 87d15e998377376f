import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { packArchive, writeSwapDisk } from '../../lab/damaged-swap-disk.ts';
import type { Guest } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { webServer } from './payloads.ts';

const dropIn = '/etc/ssh/sshd_config.d/10-admin.conf';
const vif = webServer.vif;

describe.each([13, 12] as const)('Debian %i: what is written is what is used', (debian) => {
  const guest = sharedGuest({ debian });

  test('keys go where sshd reads them, and both log in with theirs', async () => {
    await setSshd(guest(), 'AuthorizedKeysFile /etc/ssh/keys/%u\n');
    const { exitCode, stderr } = await startWith(guest(), {
      vm_conf: { user: 'admin', ssh_key: await newKey(guest()) },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    await expectLogins(guest(), 'root', 'admin');
    expect(await guest().expect('ls /etc/ssh/keys')).toBe('admin\nroot');
  });

  test('no host key yet, as in a first boot: sshd answers all the same', async () => {
    await setSshd(guest(), 'Match Address *\nAuthorizedKeysFile /etc/ssh/others/%u\n');
    await guest().expect('mkdir /root/kept && mv /etc/ssh/ssh_host_* /root/kept');
    const { exitCode, stderr } = await startWith(guest(), {
      vm_conf: { user: 'admin', ssh_key: await newKey(guest()) },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(await guest().expect('ls /run/gandi/sshd /etc/ssh/others')).toBe(
      '/etc/ssh/others:\nadmin\nroot\n\n/run/gandi/sshd:',
    );
    // Bootstrap made new ones.
    await expectLogins(guest(), 'root', 'admin');
  });

  test.each([
    ['AuthorizedKeysFile none\n', 'ssh.no-keys-file'],
    ['PubkeyAuthentication no\n', 'ssh.keys-off'],
    ['AllowGroups nogroup\n', 'ssh.not-allowed'],
    ['Match User root\nPubkeyAuthentication no\n', 'ssh.keys-off'],
  ])('an sshd with %j: the step fails, the payload is consumed, and status has the way out', async (text, code) => {
    await setSshd(guest(), text);
    const { exitCode, stderr } = await startWith(guest(), { vm_conf: { ssh_key: await newKey(guest()) } });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`(${code})`);
    expect(stderr).toMatch(/root's ssh keys: root: its ssh key lets nobody in/);
    expect((await guest().run(login('root'))).exitCode).toBe(255);
    expect(await guest().expect('gandi-agent bootstrap --dry-run')).toBe('nothing to do');
  });

  test('doctor opens with who gets in, and each of them does', async () => {
    await setSshd(guest(), 'PermitRootLogin prohibit-password\nPasswordAuthentication yes\n');
    await startWith(guest(), { vm_conf: { user: 'admin', ssh_key: await newKey(guest()) } });
    const { stdout } = await guest().run('gandi-agent doctor');
    expect(stdout.split('\n')[0]).toBe('who gets in:');
    expect(stdout).toMatch(/^ {2}ssh by key \(.*192\.0\.2\.10 port 22.*\): root, admin$/m);
    await expectLogins(guest(), 'root', 'admin');
    expect(stdout).toMatch(/^ {2}console, without being asked \(hvc0\): root$/m);
    await guest().expect('systemctl stop lab-console; usermod --lock root');
    await setSshd(guest(), 'DenyUsers root admin\n');
    const closed = await guest().run('gandi-agent doctor');
    expect(closed.exitCode).toBe(1);
    expect(closed.stdout).toMatch(/^NOBODY gets in:\n(?: {2}.*\n)* {2}root, ssh by key: sshd does not let it in/);
  });

  test('a /root that is a link of the system, as on ostree: root logs in with its key', async () => {
    await setSshd(guest(), '');
    await guest().expect('mv /root /var/roothome && ln -s var/roothome /root');
    const { exitCode } = await startWith(guest(), { vm_conf: { ssh_key: await newKey(guest()) } });
    expect(exitCode).toBe(0);
    await expectLogins(guest(), 'root');
    await guest().expect('rm /root && mv /var/roothome /root');
  });

  test.each(['../run/systemd/resolve/stub-resolv.conf', '/run/resolvconf/resolv.conf'])(
    'a resolv.conf that is a link to %s of nobody: name resolution asks the server of the payload',
    async (target) => {
      await guest().expect(`ln -sfn ${target} /etc/resolv.conf`);
      const { exitCode } = await startWith(guest(), { nameservers: ['127.0.0.1'] });
      expect(exitCode).toBe(0);
      await guest().expect(`perl -e '${listener}' </dev/null >/dev/null 2>&1 &`);
      await guest().waitFor('grep ":0035 " /proc/net/udp');
      await guest().expect('getent hosts asked.example || true');
      expect(await guest().waitFor('grep --text --only-matching asked /run/question')).toBe('asked');
      await guest().expect('rm /run/question');
    },
  );

  test('names that are asked of no server: the step fails and names the file', async () => {
    await guest().expect('sed --in-place=.kept "s/^hosts:.*/hosts: files/" /etc/nsswitch.conf');
    const { exitCode, stderr } = await startWith(guest(), { nameservers: ['192.0.2.54'] });
    await guest().expect('mv /etc/nsswitch.conf.kept /etc/nsswitch.conf');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/resolver: \/etc\/nsswitch\.conf: .*\(resolver\.no-dns\)/);
  });

  test('the locale of a payload is that of a login', async () => {
    await setSshd(guest(), '');
    await guest().expect('touch /usr/sbin/update-locale');
    const key = await newKey(guest());
    await startWith(guest(), { vm_conf: { ssh_key: key, locale: 'C.UTF-8' } });
    await guest().expect('gandi-agent config');
    expect(await guest().expect(`${login('root', 'echo $LANG')}`)).toBe('C.UTF-8');
  });

  test('a script with line ends of DOS runs', async () => {
    const script = '#!/bin/sh\r\necho installed >/run/proof\r\n';
    await startWith(guest(), {}, script);
    await guest().expect('gandi-agent postboot');
    expect(await guest().readFile('/run/proof')).toBe('installed\n');
  });

  test('the network tool that runs has the link, and is asked in the first boot that wrote files', async () => {
    await guest().expect('gandi-agent network confirm');
    expect(await guest().expect('cat /run/network/ifstate')).toMatch(/^e\w+=e\w+$/m);
    await guest().expect('test ! -e /run/gandi/network-written.json');
  });

  test('an image of this machine has nothing of it, and a copy makes its own', { timeout: 10 * 60_000 }, async () => {
    const id = await guest().expect('cat /etc/machine-id');
    await guest().expect(
      'mkdir -p /etc/nvme /boot/efi/loader /var/lib/NetworkManager && touch /boot/efi/loader/random-seed /var/lib/NetworkManager/secret_key /var/lib/systemd/credential.secret && echo nqn >/etc/nvme/hostnqn && cp /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ed25519_key-cert.pub',
    );
    const keys = await guest().expect('cat /etc/ssh/ssh_host_ed25519_key.pub');
    const { stdout, exitCode, stderr } = await guest().run('gandi-agent image clean');
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
    expect(
      await guest().expect(
        'ls /boot/efi/loader/random-seed /var/lib/NetworkManager/secret_key /var/lib/systemd/credential.secret /etc/ssh/ssh_host_* /gandi/config 2>/dev/null || true',
      ),
    ).toBe('');
    expect(stdout + stderr).toContain('/etc/nvme/hostnqn stays');
    await guest().reboot();
    await guest().waitForBoot(300);
    expect(await guest().expect('cat /etc/machine-id')).not.toBe(id);
    expect(await guest().expect('cat /etc/ssh/ssh_host_ed25519_key.pub')).not.toBe(keys);
  });
});

/** A name server that never answers, and keeps the first question. */
const listener = [
  'use IO::Socket::INET',
  '$socket = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 53, Proto => "udp") or die',
  'alarm 60',
  '$socket->recv($question, 512)',
  'open FILE, ">/run/question"',
  'print FILE $question',
].join(';');

/** sshd as an admin has it, running. */
async function setSshd(guest: Guest, text: string): Promise<void> {
  await guest.writeFile(dropIn, text);
  await guest.expect('systemctl reset-failed ssh; systemctl restart ssh');
}

/** The platform starts the machine with another payload, and takes the disk away again. */
async function startWith(guest: Guest, config: Readonly<Record<string, unknown>>, script?: string) {
  started += 1;
  const text = JSON.stringify({ vm_hostname: `web-${started}`, nameservers: ['192.0.2.53'], vif, ...config });
  const archive = await packArchive([
    [{ name: 'gandi/config' }, text],
    ...(script === undefined ? [] : ([[{ name: 'gandi/script' }, script]] as const)),
  ]);
  const image = await writeSwapDisk(join(guest.folder, `payload-${started}.img`), archive);
  const disk = await guest.attachDisk({ image, serial: 'gandiswap', bus: 'virtio' });
  await guest.waitFor('test -b /dev/vdb && udevadm settle');
  const result = await guest.run('gandi-agent bootstrap', 120);
  await guest.expect('swapoff /dev/vdb; sync');
  await disk.detach();
  return result;
}

let started = 0;

/** A key that no file has yet. @returns its public half */
async function newKey(guest: Guest): Promise<string> {
  await guest.expect("rm -f /run/key /run/key.pub; ssh-keygen -q -t ed25519 -N '' -f /run/key");
  return guest.expect('cat /run/key.pub');
}

function login(user: string, command = 'id --user --name'): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'ConnectTimeout=20',
    'LogLevel=ERROR',
  ];
  return `ssh -i /run/key ${options.map((option) => `-o ${option}`).join(' ')} ${user}@127.0.0.1 '${command}'`;
}

async function expectLogins(guest: Guest, ...users: readonly string[]): Promise<void> {
  await guest.expect('systemctl reset-failed ssh; systemctl restart ssh');
  for (const user of users) expect(await guest.expect(login(user))).toBe(user);
}
