import { describe, expect, test } from 'vitest';
import type { BuildOptions } from '../../../../src/provision/preos/build-options.ts';
import { distributions } from '../../../../src/provision/preos/distributions.ts';
import { planTree } from '../../../../src/provision/preos/plan-tree.ts';

const options: BuildOptions = {
  tree: '/tree',
  arch: 'amd64',
  suite: 'stable',
  mirror: null,
  script: null,
  keyFiles: [],
  triggerCommand: null,
  manifest: null,
  rootPassword: null,
  pxeFolder: null,
  drive: null,
  consoles: [],
  steps: { bootstrap: true, configure: true, pack: false, drive: false, remove: false },
  isVerbose: false,
  isQuiet: false,
};

const plan = (name: string, keys: readonly string[], triggerCommand: string | null = null) => {
  const distribution = distributions.find((each) => each.name === name);
  if (distribution === undefined) throw new Error(`${name} is not there`);
  return planTree(distribution, { ...options, triggerCommand }, keys);
};
const contentOf = (all: ReturnType<typeof plan>, path: string) => all.files.find((file) => file.path === path)?.content;

describe.each(distributions.map(({ name }) => name))('%s', (name) => {
  test('is started by the kernel, and keeps no host key', () => {
    expect(plan(name, []).links).toContainEqual({ path: 'init', target: '/sbin/init' });
    expect(plan(name, []).removed).toContain('etc/ssh/ssh_host_*');
    expect(
      plan(name, [])
        .files.map(({ content }) => content)
        .join(''),
    ).toContain('ssh-keygen -A');
  });

  test('lets in who has a key, and nobody else', () => {
    const file = plan(name, ['ssh-ed25519 A', 'ssh-ed25519 B']).files.find(({ path }) => /authorized_keys/.test(path));
    expect(file).toEqual({
      path: 'root/.ssh/authorized_keys',
      mode: 0o600,
      content: 'ssh-ed25519 A\nssh-ed25519 B\n',
    });
    expect(contentOf(plan(name, []), 'root/.ssh/authorized_keys')).toBeUndefined();
  });

  test('runs the trigger until it succeeds', () => {
    const all = plan(name, [], 'curl -f "http://server/$(hostname)"');
    expect(contentOf(all, 'usr/lib/preos/trigger-command')).toBe(
      '#!/bin/sh\nset -e\ncurl -f "http://server/$(hostname)"\n',
    );
    expect(contentOf(all, 'usr/lib/preos/trigger')).toContain('until /usr/lib/preos/trigger-command');
    expect(all.commands.flat()).toContain('cdist-preos-trigger');
  });

  test('asks the server that the kernel is told of, where no command was given', () => {
    expect(contentOf(plan(name, []), 'usr/lib/preos/trigger-command')).toContain('/proc/cmdline');
  });

  test('makes no volume and no RAID of the disks of the machine', () => {
    const masked = plan(name, []).links.filter(({ target }) => target === '/dev/null');
    expect(masked.map(({ path }) => path)).toEqual([
      'etc/udev/rules.d/64-md-raid-assembly.rules',
      'etc/udev/rules.d/69-lvm.rules',
    ]);
  });
});
