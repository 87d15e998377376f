import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../src/agent/machine-config/gandi-schema.ts';
import { agent } from '../../../src/agent/main.ts';
import { provision } from '../../../src/provision/program.ts';
import { isCommand, lookUp } from '../../../src/core/command/look-up.ts';
import { parseWords } from '../../../src/core/command/parse-words.ts';

const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')].sort();
const blocks = documents.flatMap((path) => blocksOf(path, readFileSync(path, 'utf8')));

describe('every example', () => {
  const calls = blocks.filter(({ kind }) => kind === 'console').flatMap(callsOf);

  test('there are some to be tried', () => {
    expect(calls.length).toBeGreaterThan(10);
  });

  test.each(calls)('$path: $call is a command with the words that it has', ({ call }) => {
    const [program, ...words] = call.split(/\s+/);
    const { found, words: understood } = lookUp(
      program === agent.name ? agent : provision,
      words.filter((word) => !word.startsWith('-')),
    );
    if (!isCommand(found)) expect.fail(`${understood} is not a command`);
    const names = understood.split(' ').slice(1);
    parseWords(
      found,
      words.filter((word) => !names.includes(word) && word !== '--help'),
    );
  });

  test.each(blocks.filter(({ kind }) => kind === 'json payload'))('$path: a payload is one', ({ text }) => {
    expect(parseGandiConfig(text)).toMatchObject({ warnings: [], mistakes: [] });
  });

  test.each(blocks.filter(({ kind }) => kind.startsWith('json')))('$path: JSON is JSON', ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });

  test.each(blocks.filter(({ kind }) => kind === 'sh flags'))('$path: flags are flags', ({ text }) => {
    expect(parseFlags(text).warnings).toEqual([]);
  });
});

describe('every link', () => {
  test.each(documents.flatMap(linksOf))('$path: $target is there', ({ path, target }) => {
    expect(existsSync(normalize(join(dirname(path), target)))).toBe(true);
  });
});

interface Block {
  readonly path: string;
  /** What stands behind the three backquotes. */
  readonly kind: string;
  readonly text: string;
}

function blocksOf(path: string, text: string): Block[] {
  return [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, kind = '', body = '']) => ({
    path,
    kind: kind.trim(),
    text: body,
  }));
}

/** Lines of the form `# gandi-agent ...` or `# gandi-provision ...`, as a person types them. */
function callsOf({ path, text }: Block): { path: string; call: string }[] {
  return [...text.matchAll(/^# (gandi-(?:agent|provision) [^\n|]*?)\s*$/gm)].map(([, call = '']) => ({ path, call }));
}

function linksOf(path: string): { path: string; target: string }[] {
  const targets = [...readFileSync(path, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, target = '']) => target,
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => ({ path, target }));
}
