import { expect, test } from 'vitest';
import { applyAction } from '../../../../src/agent/action/kind.ts';
import { kinds } from '../../../../src/agent/actions.ts';
import { restoreContexts } from '../../../../src/agent/action/restore-contexts.ts';
import type { Processes } from '../../../../src/core/system/processes.ts';
import { fakeMachine, type Tree } from '../facts/fake-machine.ts';

/** A machine that runs, and the tools that were started on it. */
async function machine(tree: Tree) {
  const system = await fakeMachine(tree);
  const started: string[] = [];
  const run: Processes['run'] = async (tool, args) => {
    started.push([tool, ...args].join(' '));
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  return { system: { ...system, root: '/', processes: { ...system.processes, run } }, started };
}

const selinux: Tree = { '/sys/fs/selinux/enforce': '1' };

test('where SELinux is loaded, a path gets the contexts of the policy', async () => {
  const { system, started } = await machine(selinux);
  await restoreContexts(system, '/root/.ssh');
  expect(started).toEqual(['restorecon -R -- /root/.ssh']);
});

test('where it is not, and in the tree of a machine that is not running, nothing is started', async () => {
  const without = await machine({});
  await restoreContexts(without.system, '/root/.ssh');
  const { system, started } = await machine(selinux);
  await restoreContexts({ ...system, root: '/mnt' }, '/root/.ssh');
  expect([...without.started, ...started]).toEqual([]);
});

test('keys and every file that is written get them', async () => {
  const { system, started } = await machine({ ...selinux, '/etc/passwd': 'me:x:1000:1000::/home/me:/bin/sh\n' });
  const passwd = `me:x:${process.getuid?.()}:${process.getgid?.()}::/home/me:/bin/sh\n`;
  await system.files.replace('/etc/passwd', passwd, { mode: 0o644 });
  await system.files.makeDirectory('/home/me', 0o755);
  await applyAction({ kind: 'authorize-keys', user: 'me', keys: ['ssh-ed25519 AAAA'] }, kinds, system);
  await applyAction({ kind: 'write-file', path: '/etc/hostname', content: 'web1\n', mode: 0o644 }, kinds, system);
  expect(started).toEqual(['restorecon -R -- /home/me/.ssh', 'restorecon -R -- /etc/hostname']);
});
