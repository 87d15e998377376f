import { expect, test } from 'vitest';
import { decideEntrances } from '../../../../src/agent/access/entrances.ts';
import { observeEntrances } from '../../../../src/agent/doctor/observe-entrances.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me';
const head = '  sl  local_address rem_address   st\n';
const machine = {
  '/etc/passwd':
    'root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\nrobot:x:1001:1001::/home/robot:/usr/sbin/nologin\ndaemon:x:1:1::/:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nalice:x:1000:\n',
  '/etc/shadow': 'root:$6$s$h:19000:0:99999:7:::\nalice:!:19000:0:99999:7:::\n',
  '/etc/ssh/sshd_config': 'UsePAM yes\nPermitRootLogin no\n',
  '/root/.ssh/authorized_keys': `${key}\n`,
  '/home/alice/.ssh/authorized_keys2': `# mine\ncommand="/bin/date" ${key}\n`,
  '/proc/net/tcp': `${head}   0: 0A0200C0:0016 00000000:0000 0A\n`,
};

test("what is there is brought together: accounts, passwords, keys, sshd's word and sockets", async () => {
  const facts = await observeEntrances(await fakeMachine(machine));
  expect(
    facts.logins.map(({ account, password, keysFiles }) => [
      account.name,
      password,
      keysFiles.flatMap(({ keys }) => keys),
    ]),
  ).toEqual([
    ['root', 'set', ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA']],
    // A key that runs one command lets nobody in.
    ['alice', 'locked', []],
  ]);
  expect(facts.sshPlaces).toEqual(['192.0.2.10 port 22']);
  const { open, closed } = decideEntrances({ ...facts, consoles: [] });
  expect(open).toEqual([]);
  expect(closed).toContainEqual(expect.objectContaining({ user: 'root', way: 'ssh-key', code: 'ssh.root-refused' }));
});

test('what a Match block says about one account is said of that one alone', async () => {
  const text = 'UsePAM yes\nPermitRootLogin yes\nMatch User alice\nPubkeyAuthentication no\n';
  const facts = await observeEntrances(
    await fakeMachine({
      ...machine,
      '/etc/ssh/sshd_config': text,
      '/home/alice/.ssh/authorized_keys': `${key}\n`,
    }),
  );
  const { open, closed } = decideEntrances(facts);
  expect(open.filter(({ way }) => way === 'ssh-key').map(({ user }) => user)).toEqual(['root']);
  expect(closed).toContainEqual(expect.objectContaining({ user: 'alice', way: 'ssh-key', code: 'ssh.keys-off' }));
});

test('the account of a service is named where somebody gave it a key or a password, and only then', async () => {
  const services =
    'sync:x:4:65534::/bin:/bin/sync\npostgres:x:110:118::/var/lib/postgresql:/bin/bash\nbackup:x:34:34::/backup:/bin/sh\n';
  const facts = await observeEntrances(
    await fakeMachine({
      ...machine,
      '/etc/passwd': `${machine['/etc/passwd']}${services}`,
      '/etc/shadow': `${machine['/etc/shadow']}backup:$6$s$h:19000:0:99999:7:::\n`,
      '/var/lib/postgresql/.ssh/authorized_keys': `${key}\n`,
    }),
  );
  expect(facts.logins.map(({ account }) => account.name)).toEqual(['root', 'alice', 'postgres', 'backup']);
});
