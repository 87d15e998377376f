import { expect, test } from 'vitest';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { observeKernelModules } from '../../../../src/agent/kernel/kernel-modules.ts';
import type { Output, Processes } from '../../../../src/core/system/processes.ts';
import { fakeMachine, type Tree } from '../facts/fake-machine.ts';

const release = { '/proc/sys/kernel/osrelease': '6.1.0-1-amd64\n' };
const merged = { ...release, '/usr/lib/modules/6.1.0-1-amd64/modules.order': '', '/lib': '->usr/lib' };
const missing = new AgentError('no', { code: 'process.missing', subject: 'x', remedy: 'x' });

/** Tools that answer what was recorded, by the command line; one that no answer begins with is not there. */
async function observe(tree: Tree, answers: Readonly<Record<string, Partial<Output>>> = {}) {
  const system = await fakeMachine(tree);
  const run: Processes['run'] = async (tool, args) => {
    if (!Object.keys(answers).some((line) => line.startsWith(tool))) throw missing;
    return { exitCode: 1, stdout: '', stderr: '', ...answers[[tool, ...args].join(' ')] };
  };
  return await observeKernelModules({ ...system, processes: { ...system.processes, run } });
}

test('no tree of the running kernel', async () => {
  expect(await observe(release)).toEqual({
    release: '6.1.0-1-amd64',
    folder: '/lib/modules',
    tree: { state: 'missing' },
  });
});

test('a merged /usr: the tree is looked for where it is', async () => {
  expect((await observe(merged)).folder).toBe('/usr/lib/modules');
});

test('the mark of an archive', async () => {
  const tree = { ...merged, '/usr/lib/modules/6.1.0-1-amd64/.gandi-modules': 'abc\n' };
  expect((await observe(tree)).tree).toEqual({ state: 'of-payload', digest: 'abc', hasRemains: false });
  const remains = { ...tree, '/usr/lib/modules/.6.1.0-1-amd64.gandi-old/modules.dep': '' };
  expect((await observe(remains)).tree).toEqual({ state: 'of-payload', digest: 'abc', hasRemains: true });
});

test('a package of Debian 12, which knows the tree by the path of before the merge', async () => {
  const answers = {
    'dpkg-query --search -- /usr/lib/modules/6.1.0-1-amd64': {},
    'dpkg-query --search -- /lib/modules/6.1.0-1-amd64': {
      exitCode: 0,
      stdout: 'linux-image-6.1.0-1-amd64: /lib/modules/6.1.0-1-amd64\n',
    },
  };
  const by = 'package linux-image-6.1.0-1-amd64';
  expect((await observe(merged, answers)).tree).toEqual({ state: 'of-package', by });
});

test('a package of an rpm family, where there is no dpkg', async () => {
  const answers = {
    'rpm --query --file -- /usr/lib/modules/6.1.0-1-amd64': { exitCode: 0, stdout: 'kernel-core-6.1.0-1\n' },
  };
  expect((await observe(merged, answers)).tree).toEqual({ state: 'of-package', by: 'package kernel-core-6.1.0-1' });
});

test('a tree that no package knows is nobody’s', async () => {
  expect((await observe(merged, { 'dpkg-query ': {} })).tree).toMatchObject({ state: 'of-nobody' });
});

test('where no package manager can be asked, it may be a package’s', async () => {
  expect((await observe(merged)).tree).toMatchObject({ state: 'of-package' });
});

test('a link in its place is not a folder', async () => {
  const tree = { ...release, '/lib/modules/6.1.0-1-amd64': '->/srv/modules' };
  expect((await observe(tree)).tree).toEqual({ state: 'no-folder' });
});
