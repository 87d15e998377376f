import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { converge } from '../../../../src/agent/action/converge.ts';
import { observeImageRemains } from '../../../../src/agent/identity/image-remains.ts';
import { planClean } from '../../../../src/agent/image/plan-clean.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { loopOf } from '../action/loop-of.ts';

const used = {
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/etc/ssh/ssh_host_ed25519_key': 'secret',
  '/etc/ssh/ssh_host_ed25519_key.pub': 'public',
  '/etc/ssh/sshd_config': 'kept',
  '/etc/default/gandi': 'CONFIG_GROW=0',
  '/gandi/config': '{}',
  '/var/lib/gandi/applied.json': '{}',
  '/var/lib/gandi/disk-names/some-uuid': 'data',
  '/var/log/gandi/postboot.log': 'said',
  '/var/lib/systemd/random-seed': 'seed',
  '/etc/ssh/ssh_host_ed25519_key-cert.pub': 'certificate',
  '/var/lib/systemd/credential.secret': 'secret',
  '/boot/efi/loader/random-seed': 'seed',
  '/var/lib/NetworkManager/secret_key': 'secret',
  '/var/lib/NetworkManager/NetworkManager.state': 'kept',
  '/var/lib/NetworkManager/internal-0123-eth0.lease': 'ADDRESS=192.0.2.9',
  '/var/lib/dhcp/dhclient.eth0.leases': 'lease {}',
  '/var/lib/dhcpcd/duid': 'duid',
  '/srv/data/file': "the customer's",
};

test('keys, identity and state of the machine are gone, all else is there', async () => {
  const { system, root } = await machineTree(used);
  await converge(
    loopOf(async () => planClean(await observeImageRemains(system)).steps),
    system,
  );
  const left = Object.keys(used).filter((path) => existsSync(join(root, path)));
  expect(left).toEqual([
    '/etc/machine-id',
    '/etc/ssh/sshd_config',
    '/etc/default/gandi',
    '/var/lib/NetworkManager/NetworkManager.state',
    '/srv/data/file',
  ]);
  expect(readFileSync(join(root, '/etc/machine-id'), 'utf8')).toBe('');
});

test('a clean image is left as it is', async () => {
  const { system } = await machineTree({ '/etc/machine-id': '', '/etc/ssh/sshd_config': 'kept' });
  const { steps, notes } = planClean(await observeImageRemains(system));
  expect(notes).toEqual([]);
  expect(steps.flatMap(({ actions }) => actions)).toEqual([]);
});

test('an image that has no machine id gets none', () => {
  expect(
    planClean({ files: [], machineId: undefined, storageNames: [] }).steps.flatMap(({ actions }) => actions),
  ).toEqual([]);
});

test('names for storage stay, and each is told', async () => {
  const names = ['/etc/iscsi/initiatorname.iscsi', '/etc/nvme/hostnqn', '/etc/nvme/hostid'];
  const { system } = await machineTree(Object.fromEntries(names.map((path) => [path, 'one machine'])));
  const { steps, notes } = planClean(await observeImageRemains(system));
  expect(notes?.map((note) => note.split(' ')[0])).toEqual(names);
  expect(steps.flatMap(({ actions }) => actions)).toEqual([]);
});
