import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { config } from '../../../../src/agent/config/config.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../../agent/action/loop-disk.ts';
import { imageTree } from '../../agent/bootstrap/image-tree.ts';

beforeEach((context) => requirePrograms(context));

const makers = {
  'a pipe': (place: string) => execFileSync('mkfifo', [place]),
  'an endless device': (place: string) => execFileSync('mknod', [place, 'c', '1', '5']),
  'a folder': (place: string) => mkdirSync(place),
  'a link to itself': (place: string) => symlinkSync(basename(place), place),
  'a sparse file of 65 MiB': (place: string) => {
    writeFileSync(place, '');
    truncateSync(place, 65 * 1024 * 1024);
  },
};

/** By which a step says that it cannot have the file. */
const codesOf = (name: string): readonly string[] =>
  name === 'a link to itself'
    ? ['file.not-regular', 'file.too-many-links']
    : [name === 'a sparse file of 65 MiB' ? 'file.too-large' : 'file.not-regular'];

/** The steps that need the file; every other one is done. Without the configuration, the flags or the distribution's name there is less to do. */
const needing: Readonly<Record<string, readonly string[]>> = {
  'etc/hostname': ['host name'],
  'etc/mailname': ['host name'],
  'etc/hosts': ['hosts'],
  'etc/resolv.conf': ['resolver'],
  'etc/passwd': ['user admin', 'root password', "root's ssh keys", 'admin password', "admin's ssh keys"],
  'etc/shadow': ['user admin', 'root password', 'admin password', "admin's ssh keys"],
  'etc/group': ['user admin', 'root password', 'admin password', "admin's ssh keys"],
  'etc/login.defs': ['user admin', 'root password', 'admin password', "admin's ssh keys"],
  'etc/os-release': [],
  'gandi/config': ['configuration'],
  'etc/sysctl.d/90-gandi.conf': ['kernel settings'],
  'etc/gandi/sysctl.conf': ['kernel settings'],
};

const cases = Object.entries(makers).flatMap(([name, make]) =>
  Object.entries(needing).map(([path, steps]) => {
    // A link in the place of resolv.conf belongs to a resolver: its owner writes the file, and the note says so.
    const isOthers = name === 'a link to itself' && path === 'etc/resolv.conf';
    return [name, path, isOthers ? [] : steps, make] as const;
  }),
);

test.each(cases)('%s as /%s fails the steps that need it, and no other', async (name, path, steps, make) => {
  const root = imageTree('debian');
  const place = join(root, path);
  rmSync(place, { force: true });
  mkdirSync(dirname(place), { recursive: true });
  make(place);
  const system = openSystem(root, openJournal('error'));
  const outcomes = await bootstrap(system);
  const failed = outcomes.filter(({ failure }) => failure !== null);
  expect(failed.map(({ step }) => step)).toEqual(steps);
  const codes = failed.map(({ failure }) => (failure as { code?: string }).code);
  for (const code of codes) expect(['user.missing', ...codesOf(name)]).toContain(code);
  if (path !== 'gandi/config' && path !== 'etc/passwd')
    expect(existsSync(join(root, 'root/.ssh/authorized_keys'))).toBe(true);
  // What is left of it: it ends, and keeps no other step from being done.
  await config(system);
});

test.each(Object.entries(makers))(
  '%s as the flags file ends the command: what was switched off is not known',
  async (name, make) => {
    const root = imageTree('debian');
    rmSync(join(root, 'etc/default/gandi'));
    make(join(root, 'etc/default/gandi'));
    const code = expect.toBeOneOf([...codesOf(name)]);
    await expect(bootstrap(openSystem(root, openJournal('error')))).rejects.toMatchObject({ code });
  },
);
