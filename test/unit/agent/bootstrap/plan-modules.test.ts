import { describe, expect, test } from 'vitest';
import { planModules } from '../../../../src/agent/kernel/plan-modules.ts';
import type { KernelModulesFacts, ModulesTree } from '../../../../src/agent/kernel/kernel-modules.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { location } from './swap-disk-example.ts';

const digest = 'b'.repeat(64);
const member = { name: 'gandi/6.1.0-1-amd64-modules.tar.gz', release: '6.1.0-1-amd64', size: 1000, digest };
const flags = parseFlags('').flags;

const facts = (tree: ModulesTree, changes: Partial<KernelModulesFacts> = {}): KernelModulesFacts => ({
  release: '6.1.0-1-amd64',
  folder: '/usr/lib/modules',
  tree,
  ...changes,
});

const plan = (now: KernelModulesFacts, modules = [member]) => planModules(modules, location, now, flags);
const place = '/usr/lib/modules/6.1.0-1-amd64';

describe('the table "Kernel modules" of docs/bootstrap.md', () => {
  test('row 1: of a kernel that does not run: left out, and said', () => {
    const { steps, notes } = plan(facts({ state: 'missing' }, { release: '6.12.1' }));
    expect({ steps, notes }).toEqual({ steps: [], notes: [expect.stringContaining('the kernel that runs is 6.12.1')] });
  });

  test('row 2: the tree is a package’s: left alone, and said', () => {
    const { steps, notes } = plan(facts({ state: 'of-package', by: 'package linux-image' }));
    expect({ steps, notes }).toEqual({
      steps: [],
      notes: [`${member.name}: is left out, as ${place} belongs to package linux-image`],
    });
  });

  test('row 3: no folder: left alone, and said', () => {
    expect(plan(facts({ state: 'no-folder' }))).toMatchObject({
      steps: [],
      notes: [expect.stringContaining('is not a folder')],
    });
  });

  test('row 4: made of the same archive: nothing to do', () => {
    expect(plan(facts({ state: 'of-payload', digest, hasRemains: false }))).toEqual({ steps: [], notes: [] });
  });

  test.each<[string, ModulesTree, string | null]>([
    ['row 5: no tree', { state: 'missing' }, null],
    ['row 6: made of another archive', { state: 'of-payload', digest: 'c'.repeat(64), hasRemains: false }, null],
    ['row 6: made of this one by a run that was cut off', { state: 'of-payload', digest, hasRemains: true }, null],
    [
      'row 7: nobody’s',
      { state: 'of-nobody', modified: new Date('2026-03-04T05:06:07Z') },
      '/usr/lib/modules/.6.1.0-1-amd64.2026-03-04T05-06-07',
    ],
  ])('%s: installed', (_, tree, keepOldAs) => {
    expect(plan(facts(tree)).steps).toMatchObject([
      { actions: [{ kind: 'install-modules', member: member.name, digest, folder: '/usr/lib/modules', keepOldAs }] },
    ]);
  });

  test('two archives of one kernel: the first', () => {
    const { steps, notes } = plan(facts({ state: 'missing' }), [member, { ...member, name: 'gandi/second' }]);
    expect(steps).toMatchObject([{ actions: [{ member: member.name }] }]);
    expect(notes).toHaveLength(1);
  });

  test('CONFIG_KERNEL_MODULES=0 leaves them out', () => {
    const without = parseFlags('CONFIG_KERNEL_MODULES=0').flags;
    expect(planModules([member], location, facts({ state: 'missing' }), without)).toEqual({ steps: [], notes: [] });
  });
});
