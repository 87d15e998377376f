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
  '/srv/data/file': "the customer's",
};

test('keys, identity and state of the machine are gone, all else is there', async () => {
  const { system, root } = await machineTree(used);
  await converge(
    loopOf(async () => planClean(await observeImageRemains(system))),
    system,
  );
  const left = Object.keys(used).filter((path) => existsSync(join(root, path)));
  expect(left).toEqual(['/etc/machine-id', '/etc/ssh/sshd_config', '/etc/default/gandi', '/srv/data/file']);
  expect(readFileSync(join(root, '/etc/machine-id'), 'utf8')).toBe('');
});

test('a clean image is left as it is', async () => {
  const { system } = await machineTree({ '/etc/machine-id': '', '/etc/ssh/sshd_config': 'kept' });
  const steps = planClean(await observeImageRemains(system));
  expect(steps.flatMap(({ actions }) => actions)).toEqual([]);
});

test('an image that has no machine id gets none', () => {
  expect(planClean({ files: [], machineId: undefined }).flatMap(({ actions }) => actions)).toEqual([]);
});
