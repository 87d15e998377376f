import { cp, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { buildImage } from '../../lab/build-image.ts';
import { suites } from '../../lab/debian.ts';
import type { Guest } from '../../lab/guest.ts';
import { connectWhenThere } from '../../lab/socket.ts';
import { rootDisk } from '../../lab/qemu.ts';
import { test } from '../../lab/story.ts';
import { originalBuilder, withoutOriginal } from '../integration/provision/original-builder.ts';

const minute = 60_000;

/** Elements of diskimage-builder, as Debian ships them, and the one that the last of them needs. */
const theirs = ['devuser', 'growroot', 'journal-to-console', 'enable-serial-console', 'openssh-server'];
const needed = 'runtime-ssh-host-keys';

const password = 'typed at the prompt';

/** A whole disk without agent and network, and a second serial port to log in by. */
const hardware = (folder: string) => [
  ...rootDisk(folder),
  ...['-chardev', `socket,id=login,path=${folder}/login.sock,server=on,wait=off`],
  ...['-device', 'isa-serial,index=1,chardev=login'],
];

test('five elements of diskimage-builder work in a guest from an image that is built here', {
  timeout: 60 * minute,
}, async ({ boot, skip }) => {
  const original = await originalBuilder();
  if (original === undefined) return skip(withoutOriginal);
  const folder = await mkdtemp(join(tmpdir(), 'original-elements-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of [...theirs, needed])
    await cp(join(original.elements, name), join(folder, 'elements', name), { recursive: true });
  await buildImage({
    words: ['--output', join(folder, 'image'), '--types', 'raw', 'vm', 'debian-minimal', 'lab', ...theirs],
    elements: [join(folder, 'elements')],
    variables: {
      DIB_RELEASE: suites[12],
      DIB_DEV_USER_PASSWORD: password,
      DIB_DEV_USER_PWDLESS_SUDO: 'yes',
      DIB_DEV_USER_SHELL: '/bin/bash',
      DIB_DEV_USER_AUTHORIZED_KEYS: '/dev/null',
    },
  });
  const disk = join(folder, 'image.raw');
  await truncate(disk, 4 * 1024 ** 3);
  const guest = await boot({ debian: 12, image: { disk }, memory: 768, platform: async (place) => hardware(place) });
  expect(await guest.waitForBoot(600)).toBe('running');

  // growroot
  expect(await guest.expect('systemctl is-active growroot.service')).toBe('active');
  expect(Number(await guest.expect('df --output=size --block-size=1M / | tail -n 1'))).toBeGreaterThan(3600);

  // openssh-server
  expect(await guest.expect('systemctl is-active ssh.service ssh-keygen.service')).toBe('active\nactive');
  const keys = await guest.expect('cut -d" " -f2 /etc/ssh/ssh_host_*_key.pub | sort');
  expect(await guest.expect('ssh-keyscan 127.0.0.1 2>/dev/null | cut -d" " -f3 | sort')).toSatisfy((seen: string) =>
    seen.split('\n').every((key) => key !== '' && keys.includes(key)),
  );
  expect(await guest.expect('sshd -T | grep ^kexalgorithms')).toBe(
    'kexalgorithms curve25519-sha256@libssh.org,ecdh-sha2-nistp521,ecdh-sha2-nistp384,ecdh-sha2-nistp256,diffie-hellman-group-exchange-sha256',
  );

  // journal-to-console
  await guest.expect('logger --tag original-elements "said to the journal"');
  await expect
    .poll(() => readFile(join(guest.folder, 'serial.log'), 'utf8'), { timeout: minute })
    .toMatch(/original-elements\[\d+\]: said to the journal/);

  // enable-serial-console and devuser
  await guest.waitFor('systemctl is-active getty@ttyS1.service', 120);
  expect(await whoLogsIn(guest)).toBe('devuser, root by sudo');
});

/** Logs in on the second serial port, as a person does. */
async function whoLogsIn(guest: Guest): Promise<string> {
  const socket = await connectWhenThere(join(guest.folder, 'login.sock'), AbortSignal.timeout(minute));
  try {
    const terminal = openTerminal(socket);
    socket.write('\n');
    await terminal.until(/login: $/);
    socket.write('devuser\n');
    await terminal.until(/Password: $/);
    socket.write(`${password}\n`);
    await terminal.until(/\$ $/);
    socket.write('echo "it is $(id -un), $(sudo -n id -un) by sudo."\n');
    return (await terminal.until(/it is (\w+, \w+ by sudo)\./))[1] ?? '';
  } finally {
    socket.destroy();
  }
}

function openTerminal(socket: Socket): { until(pattern: RegExp): Promise<RegExpExecArray> } {
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    until: async (pattern) => {
      await expect.poll(() => said, { timeout: 2 * minute }).toMatch(pattern);
      const found = pattern.exec(said);
      if (found === null) throw new Error(`the terminal did not say ${pattern}`);
      said = '';
      return found;
    },
  };
}
