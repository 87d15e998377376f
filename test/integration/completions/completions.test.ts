import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/agent/main.ts';
import { renderBash, renderFish, renderZsh } from '../../../tools/completions/completions.ts';

test('the files are what the table of commands says; `make generated` writes them', () => {
  expect(readFileSync('completions/gandi-agent.bash', 'utf8')).toBe(renderBash(commands));
  expect(readFileSync('completions/_gandi-agent', 'utf8')).toBe(renderZsh(commands));
  expect(readFileSync('completions/gandi-agent.fish', 'utf8')).toBe(renderFish(commands));
});

describe.each([
  ['bash', bash],
  ['fish', fish],
] as const)('in %s', (shell, complete) => {
  test('every command is offered', async (context) => {
    context.skip(!(await has(shell)), `${shell} is not installed`);
    const offered = await complete(['']);
    for (const { name } of commands) expect(offered).toContain(name);
  });

  test('the verbs of a command are offered behind it', async (context) => {
    context.skip(!(await has(shell)), `${shell} is not installed`);
    expect(await complete(['disk', 'de'])).toEqual(['detach']);
  });

  test('its options are offered', async (context) => {
    context.skip(!(await has(shell)), `${shell} is not installed`);
    expect(await complete(['status', '--w'])).toEqual(['--wait']);
  });
});

test('zsh accepts its file', async (context) => {
  context.skip(!(await has('zsh')), 'zsh is not installed');
  expect(await execa('zsh', ['-n', 'completions/_gandi-agent'])).toMatchObject({ exitCode: 0, stderr: '' });
});

/** What is offered for the last of the words behind `gandi-agent`. */
async function bash(words: readonly string[]): Promise<string[]> {
  const script = `. "$1"; shift; COMP_WORDS=(gandi-agent "$@"); COMP_CWORD=$#; _gandi_agent; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = resolve('completions/gandi-agent.bash');
  // compopt(1) works only where the line editor asks; that is what it complains of.
  const { stdout } = await execa('bash', ['-c', script, 'bash', file, ...words], { stderr: 'ignore', reject: false });
  return stdout.split('\n');
}

async function fish(words: readonly string[]): Promise<string[]> {
  const file = resolve('completions/gandi-agent.fish');
  const line = ['gandi-agent', ...words].join(' ');
  const { stdout } = await execa('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', file, line], {
    env: { HOME: '/nonexistent', XDG_DATA_HOME: '/tmp', XDG_CONFIG_HOME: '/tmp' },
  });
  const offers = stdout.split('\n').map((offer) => offer.split('\t')[0] ?? '');
  // Folders that happen to be where the tests run.
  return offers.filter((offer) => !offer.endsWith('/'));
}

async function has(program: string): Promise<boolean> {
  return (await execa('which', [program], { reject: false })).exitCode === 0;
}
