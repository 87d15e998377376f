import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { sshdMain, sshdShapes } from '../integration/agent/config/sshd-shapes.ts';
import type { Guest } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';

const key = '/root/key-of-this-test';
const login = (user: string) =>
  `ssh -i ${key} -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=20 ${user}@127.0.0.1 id --user --name`;
/** ssh(1): the status of a login that was refused. */
const refused = 255;

describe('Debian 13, whose admin and whose root log in with a key', () => {
  const guest = sharedGuest({ debian: 13 });

  // Not a locked password, as useradd gives: an sshd without PAM lets nobody in who has one.
  test('both can before anything is changed', async () => {
    await guest().expect(
      `systemctl start ssh && useradd --create-home --password '*' alice && ssh-keygen -q -t ed25519 -N '' -f ${key} && for home in /root /home/alice; do mkdir -p -m 700 $home/.ssh && cat ${key}.pub >>$home/.ssh/authorized_keys; done && chown -R alice: /home/alice/.ssh`,
    );
    await expectLogins(guest(), 'without-password');
  });

  test.each(sshdShapes)(
    '%s: logins work after config and a start of sshd, as at boot, and after a restart',
    async (...shape) => {
      const [, files, rootLogin] = shape;
      await setUp(guest(), files);
      await startAsAtBoot(guest());
      expect(await guest().expect(`sshd -T -C user=root,host=x,addr=192.0.2.1 | grep permitrootlogin`)).toBe(
        `permitrootlogin ${rootLogin}`,
      );
      await expectLogins(guest(), rootLogin);
      await guest().expect('systemctl restart ssh');
      await expectLogins(guest(), rootLogin);
    },
  );

  test('a file that nothing can replace: config says so, and logins work as before', async () => {
    await setUp(guest(), { [sshdMain]: 'UsePAM yes\nMatch User git\n  PermitTTY no\n' });
    await guest().expect(`chattr +i ${sshdMain}`);
    const failed = await guest().run('systemctl stop ssh; systemctl restart gandi-config; systemctl start ssh');
    await guest().expect(`chattr -i ${sshdMain}`);
    expect(failed.exitCode).toBe(0);
    expect((await guest().run('gandi-agent status')).stdout).toMatch(/FAILED sshd: .*sshd_config/);
    await expectLogins(guest(), 'without-password');
  });

  test.each([
    [
      'L1: a Match block at the end of a file without Include',
      { [sshdMain]: 'UsePAM yes\nMatch User git\n  PermitTTY no\n' },
      'without-password',
    ],
    ['S7: PermitRootLogin no', { [sshdMain]: 'PermitRootLogin no\nUsePAM yes' }, 'no'],
  ] as const)('%s: logins work after a real boot', async (_, files, rootLogin) => {
    await setUp(guest(), files);
    await guest().reboot();
    await guest().waitForBoot();
    await expectLogins(guest(), rootLogin);
  });
});

/** The admin's files, and an agent that has never seen them. */
async function setUp(guest: Guest, files: Readonly<Record<string, string>>): Promise<void> {
  await guest.expect(
    'rm -f /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config.gandi-old /var/lib/gandi/config-steps.json',
  );
  for (const [path, text] of Object.entries(files)) {
    await guest.expect(`mkdir -p ${dirname(path)}`);
    if (text === '') await guest.expect(`: >${path}`);
    else await guest.writeFile(path, text);
  }
}

/** gandi-bootstrap is ordered before ssh. A fast host would reach the limit of five starts in 10 s. */
async function startAsAtBoot(guest: Guest): Promise<void> {
  await guest.expect(
    'systemctl stop ssh && systemctl reset-failed && systemctl restart gandi-bootstrap && systemctl start ssh',
  );
}

async function expectLogins(guest: Guest, rootLogin: string): Promise<void> {
  expect(await guest.expect(login('alice'))).toBe('alice');
  const asRoot = await guest.run(login('root'));
  if (rootLogin === 'no') expect(asRoot.exitCode).toBe(refused);
  else expect(asRoot.stdout).toBe('root\n');
}
