import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../action/loop-disk.ts';
import { expectGolden } from '../../../unit/expect-golden.ts';
import { golden, imageTree, listTree } from './image-tree.ts';

beforeEach((context) => requirePrograms(context));

const systemOf = (root: string) => openSystem(root, openJournal('error'));
const expected = (family: string) => JSON.parse(readFileSync(join(golden, family, 'expected.json'), 'utf8'));

describe.each(['debian', 'redhat', 'suse', 'arch', 'alpine'])('an image of %s', (family) => {
  test('becomes the tree in test/golden/bootstrap', async () => {
    const root = imageTree(family);
    const outcomes = await bootstrap(systemOf(root));
    expect(outcomes.map(({ failure }) => failure).filter((failure) => failure !== null)).toEqual([]);
    expectGolden(join(golden, family, 'expected.json'), `${JSON.stringify(listTree(root), undefined, 2)}\n`);
  });

  test('a second time changes nothing', async () => {
    const root = imageTree(family);
    await bootstrap(systemOf(root));
    const outcomes = await bootstrap(systemOf(root), { again: true });
    // A note of what is left as it is says the same each time.
    expect(outcomes.filter(({ notes }) => notes === undefined)).toEqual([]);
    expect(listTree(root)).toEqual(expected(family));
  });
});

test('what an admin edited is kept when the configuration is applied again', async () => {
  const root = imageTree('debian');
  await bootstrap(systemOf(root));
  writeFileSync(join(root, 'etc/hostname'), 'db7\n');
  const outcomes = await bootstrap(systemOf(root), { again: true });
  expect(outcomes.map(({ step }) => step)).toEqual(['host name']);
  const tree = listTree(root);
  expect(tree['etc/hostname']).toContain('web1.example.org');
  const kept = Object.entries(tree).filter(([path]) => /^var\/lib\/gandi\/replaced\/etc\/hostname\.\d{4}-/.test(path));
  expect(kept.map(([, file]) => file)).toEqual(['600 0:0 db7\n']);
});

test('a .ssh that is a symbolic link fails alone, and all else is done', async () => {
  const root = imageTree('debian');
  mkdirSync(join(root, 'elsewhere'));
  symlinkSync('/elsewhere', join(root, 'root/.ssh'));
  const outcomes = await bootstrap(systemOf(root));
  const failed = outcomes.filter(({ failure }) => failure !== null);
  expect(failed).toMatchObject([{ step: "root's ssh keys", failure: { code: 'file.not-a-folder' } }]);
  const tree = listTree(root);
  expect(Object.keys(tree).filter((path) => path.startsWith('elsewhere/'))).toEqual([]);
  expect(tree['home/admin/.ssh/authorized_keys']).toEqual(expected('debian')['home/admin/.ssh/authorized_keys']);
});
