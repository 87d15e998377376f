import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agent } from '../../../src/agent/main.ts';
import { commandsOf } from '../../../src/core/command/command.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-completions-'));
  const disks = [
    { device: '/dev/sdb', label: 'data', mountPoint: '/srv/data' },
    { device: '/dev/sdc', label: null, mountPoint: null },
  ];
  const script = `#!/bin/sh\n[ "$*" = "disk list --json" ] && cat <<'END'\n${JSON.stringify({ version: 1, disks }, undefined, 2)}\nEND\n`;
  await writeFile(join(folder, 'gandi-agent'), script, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ['bash', bash],
  ['fish', fish],
  ['zsh', zsh],
] as const)('in %s', (shell, complete) => {
  test.each([
    [[''], commandsOf(agent).map(({ name }) => name)],
    [['help', 'ti'], ['timeline']],
    [
      ['disk', ''],
      ['list', 'explain', 'attach', 'detach', 'autofs'],
    ],
    [['disk', 'de'], ['detach']],
    [['status', '--w'], ['--wait']],
    [
      ['disk', 'detach', ''],
      ['/dev/sdb', '/dev/sdc', '/srv/data'],
    ],
    [
      ['disk', 'explain', '/dev/'],
      ['/dev/sdb', '/dev/sdc'],
    ],
    [['disk', 'detach', '--force', '/s'], ['/srv/data']],
    [
      ['disk', 'autofs', ''],
      ['on', 'off'],
    ],
    [['payload', 'create', '--force', '--config', 'package-l'], ['package-lock.json']],
    [['validate', 'package-l'], ['package-lock.json']],
    [['bootstrap', '--root', 'compl'], ['completions']],
    [['simple-init', '--interface', 'l'], ['lo']],
  ])('%j is offered what fits', async (words, expected) => {
    const offered = (await complete(words)).map((word) => word.replace(/\/$/, ''));
    expect(offered).toEqual(expect.arrayContaining(expected));
  });

  test('a disk is offered once, and no subcommand in its place', async () => {
    const offered = await complete(['disk', 'detach', '']);
    expect(offered.filter((word) => ['list', 'attach'].includes(word))).toEqual([]);
  });

  test(`${shell} says nothing of its own`, async () => {
    expect(await complete(['simple-init', '--distro', 'x'])).toEqual([]);
  });
});

/** What is offered for the last of the words behind `gandi-agent`. */
async function bash(words: readonly string[]): Promise<string[]> {
  const script = `compopt() { :; }; . "$1"; shift; COMP_WORDS=(gandi-agent "$@"); COMP_CWORD=$#; _gandi_agent; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = resolve('completions/gandi-agent.bash');
  const { stdout } = await execa('bash', ['-c', script, 'bash', file, ...words], { env: path() });
  return stdout === '' ? [] : stdout.split('\n');
}

async function fish(words: readonly string[]): Promise<string[]> {
  const file = resolve('completions/gandi-agent.fish');
  const line = ['gandi-agent', ...words].join(' ');
  const { stdout } = await execa('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', file, line], {
    env: { ...path(), HOME: '/nonexistent', XDG_DATA_HOME: '/tmp', XDG_CONFIG_HOME: '/tmp' },
  });
  return stdout === '' ? [] : stdout.split('\n').map((offer) => offer.split('\t')[0] ?? '');
}

/** A zsh in a terminal of its own (zshmodules(1), zpty), with a key that prints what compadd(1) was given. */
async function zsh(words: readonly string[]): Promise<string[]> {
  const { stdout } = await execa('zsh', ['-f', resolve('test/integration/completions/zsh-offers'), ...words], {
    env: path(),
  });
  return stdout === '' ? [] : stdout.split('\n');
}

function path(): { PATH: string } {
  return { PATH: `${folder}:/usr/bin:/bin` };
}
