import { expect, test } from 'vitest';
import { readAsText } from '../../../../src/agent/access/sshd-answer.ts';
import { observeSshPlacesOfTree } from '../../../../src/agent/access/ssh-places-of-tree.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const units = '/etc/systemd/system';
const config = { '/etc/ssh/sshd_config': 'Port 22\nPort 2222\n' };

test.each([
  ['ssh.service', { ...config, [`${units}/multi-user.target.wants/ssh.service`]: '' }, ['port 22', 'port 2222']],
  ['sshd.service', { ...config, [`${units}/multi-user.target.wants/sshd.service`]: '' }, ['port 22', 'port 2222']],
  ['a socket', { ...config, [`${units}/sockets.target.wants/ssh.socket`]: '' }, ['port 22', 'port 2222']],
  ['a service that does not start', config, []],
  [
    'one that is masked',
    {
      ...config,
      [`${units}/multi-user.target.wants/ssh.service`]: '',
      [`${units}/ssh.service`]: '->/dev/null',
    },
    [],
  ],
  [
    'sysvinit',
    { ...config, '/etc/inittab': 'si::sysinit:/etc/init.d/rcS\n', '/etc/rc2.d/S01ssh': '' },
    ['port 22', 'port 2222'],
  ],
  ['OpenRC', { ...config, '/etc/runlevels/default/sshd': '' }, ['port 22', 'port 2222']],
  [
    'an address',
    {
      '/etc/ssh/sshd_config': 'ListenAddress 127.0.0.1\nListenAddress 192.0.2.10:2222\n',
      [`${units}/multi-user.target.wants/ssh.service`]: '',
    },
    ['192.0.2.10:2222'],
  ],
  ['no sshd', { [`${units}/multi-user.target.wants/ssh.service`]: '' }, []],
] as const)('where sshd of a tree will be reached: %s', async (_, tree, expected) => {
  const system = await fakeMachine(tree);
  const sshd = await readAsText(system, { name: 'root', groups: [] });
  expect(await observeSshPlacesOfTree(system, sshd)).toEqual(expected);
});
