import { describe, expect, test } from 'vitest';
import { agent } from '../../../../src/agent/main.ts';
import type { Program } from '../../../../src/core/command/command.ts';
import { plainText } from '../../../../src/core/command/line.ts';
import { defineCommand } from '../../../../src/core/command/define-command.ts';
import { runProgram } from '../../../../src/core/command/run-program.ts';
import { AgentError, ExitCode } from '../../../../src/core/error/agent-error.ts';
import { version } from '../../../../src/core/version.ts';

const show = defineCommand({
  name: 'show',
  summary: 'show a thing',
  options: {
    json: { description: 'print JSON' },
    wait: { description: 'wait for it', short: 'w' },
    timeout: { description: 'wait no longer', value: { hint: 'SECONDS' }, default: '600', needs: 'wait' },
    root: { description: 'look there', value: { hint: 'DIR' } },
  },
  operands: { thing: { hint: 'THING', description: 'its name', isOptional: true } },
  run: async (values, terminal) => {
    terminal.out(JSON.stringify(values));
    return ExitCode.done;
  },
});

const remove = defineCommand({
  name: 'remove',
  summary: 'remove a thing',
  details: 'It does not come back.',
  options: { reason: { description: 'why', value: { hint: 'TEXT' }, isRequired: true } },
  operands: { thing: { hint: 'THING', description: 'its name' } },
  examples: [{ words: '--reason old car', does: 'remove the car' }],
  needsRoot: () => true,
  run: async ({ thing, reason }) => {
    throw new AgentError('cannot remove it', {
      code: 'thing.stuck',
      subject: thing,
      remedy: reason,
      exitCode: ExitCode.refusedToProtectData,
    });
  },
});

const turn = defineCommand({
  name: 'turn',
  summary: 'turn it',
  operands: { state: { hint: 'on|off', description: 'whether it runs', completion: ['on', 'off'] } },
  run: async () => ExitCode.done,
});

const program: Program = {
  name: 'prog',
  summary: 'do things',
  groups: [
    { heading: 'For people', commands: [{ ...show, name: 'status' }] },
    { heading: 'For machines', commands: [{ name: 'thing', summary: 'work', subcommands: [show, remove, turn] }] },
  ],
};

async function run(words: string, isOrdinaryUser = false) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runProgram(program, words === '' ? [] : words.split(' '), {
    out: (line) => void out.push(plainText(line)),
    err: (line) => void err.push(line),
    json: () => undefined,
    verbatim: () => undefined,
    isOrdinaryUser,
  });
  return { exitCode, out, err };
}

describe('what does not fit is bad usage, told in words', () => {
  test.each([
    ['sttaus', "prog: unknown command 'sttaus' (did you mean 'status'?)"],
    ['xyzzy', "prog: unknown command 'xyzzy'"],
    ['help sttaus', "prog: unknown command 'sttaus' (did you mean 'status'?)"],
    ['sttaus --help', "prog: unknown command 'sttaus' (did you mean 'status'?)"],
    ['--hepl', "prog: unexpected option --hepl (did you mean '--help'?)"],
    ['-x status', 'prog status: unexpected option -x'],
    ['thing', 'prog thing: missing subcommand (show, remove, turn)'],
    ['thing hsow', "prog thing: unknown subcommand 'hsow' (did you mean 'show'?)"],
    ['help thing hsow', "prog thing: unknown subcommand 'hsow' (did you mean 'show'?)"],
    ['thing show --jsn', "prog thing show: unexpected option --jsn (did you mean '--json'?)"],
    ['thing show --reason x', 'prog thing show: unexpected option --reason'],
    ['thing show -j', 'prog thing show: unexpected option -j'],
    ['thing show a b', "prog thing show: unexpected argument 'b'"],
    ['thing show --json=yes', 'prog thing show: option --json takes no value'],
    ['thing show --root', 'prog thing show: option --root needs a value (DIR)'],
    ['thing show --root --json', 'prog thing show: option --root needs a value (DIR)'],
    ['thing show --timeout 5', 'prog thing show: option --timeout means nothing without --wait'],
    ['thing remove car', 'prog thing remove: missing option --reason TEXT'],
    ['thing remove --reason old', 'prog thing remove: missing argument THING'],
    ['thing turn onn', "prog thing turn: unknown argument 'onn' (on or off)"],
  ])('%s', async (words, line) => {
    const { exitCode, out, err } = await run(words);
    expect({ exitCode, out, first: err[0] }).toEqual({ exitCode: 2, out: [], first: line });
  });

  test('below it stands the usage, or where to read on', async () => {
    expect((await run('thing show a b')).err[1]).toBe(
      'usage: prog thing show [--json] [--wait [--timeout SECONDS]] [--root DIR]',
    );
    expect((await run('thing')).err[1]).toBe("see 'prog thing --help'");
  });
});

describe('values', () => {
  test.each([
    ['thing show', { json: false, wait: false, timeout: '600' }],
    ['thing show -w --timeout=5 --root /a --root /b', { json: false, wait: true, timeout: '5', root: '/b' }],
    ['thing --json show car', { json: true, wait: false, timeout: '600', thing: 'car' }],
    ['thing show -- --json', { json: false, wait: false, timeout: '600', thing: '--json' }],
    ['thing show --root=-x', { json: false, wait: false, timeout: '600', root: '-x' }],
    ['status show', { json: false, wait: false, timeout: '600', thing: 'show' }],
  ])('%s', async (words, values) => {
    const { exitCode, out } = await run(words);
    expect({ exitCode, values: JSON.parse(out[0] ?? '') }).toEqual({ exitCode: 0, values });
  });
});

test('an error of the work itself is one line, with its own exit status', async () => {
  expect(await run('thing remove car --reason wait')).toEqual({
    exitCode: 4,
    out: [],
    err: ['prog thing remove: car: cannot remove it (thing.stuck); wait'],
  });
});

describe('an ordinary user', () => {
  test('is told in one line what needs root, before it is begun', async () => {
    expect(await run("thing remove --reason it's car", true)).toEqual({
      exitCode: 2,
      out: [],
      err: ["prog thing remove: needs root; try: sudo prog thing remove --reason 'it'\\''s' car"],
    });
  });

  test('runs what does not', async () => {
    expect(await run('status', true)).toMatchObject({ exitCode: 0 });
  });
});

test.each(['--version', '-V', 'version'])('%s', async (words) => {
  expect(await run(words)).toEqual({ exitCode: 0, out: [`prog ${version}`], err: [] });
});

describe('help', () => {
  const general = [
    'usage: prog COMMAND [OPTION]... [ARGUMENT]...',
    '',
    'Do things.',
    '',
    'For people:',
    '  status  show a thing',
    '',
    'For machines:',
    '  thing   work',
    '',
    'Options:',
    '  -h, --help     show this help',
    '  -V, --version  show the version',
    '',
    "'prog help COMMAND' tells more about a command.",
  ];

  test.each(['help', '--help', '-h'])('%s: the commands in groups', async (words) => {
    expect(await run(words)).toEqual({ exitCode: 0, out: general, err: [] });
  });

  test('no word at all: the same, as bad usage', async () => {
    expect(await run('')).toEqual({ exitCode: 2, out: [], err: general });
  });

  test.each(['help thing', 'thing --help', 'thing -h'])('%s: the subcommands', async (words) => {
    expect((await run(words)).out).toEqual([
      'usage: prog thing show [--json] [--wait [--timeout SECONDS]] [--root DIR]',
      '         [THING]',
      '       prog thing remove --reason TEXT THING',
      '       prog thing turn on|off',
      '',
      'Work.',
      '',
      'Subcommands:',
      '  show    show a thing',
      '  remove  remove a thing',
      '  turn    turn it',
      '',
      "'prog help thing SUBCOMMAND' tells more about one.",
    ]);
  });

  test.each(['help thing remove', 'thing remove --help', 'thing remove car -h'])('%s: the command', async (words) => {
    expect((await run(words)).out).toEqual([
      'usage: prog thing remove --reason TEXT THING',
      '',
      'Remove a thing.',
      '',
      'It does not come back.',
      '',
      'Arguments:',
      '  THING  its name',
      '',
      'Options:',
      '  --reason TEXT  why (required)',
      '  -h, --help     show this help',
      '',
      'Examples:',
      '  prog thing remove --reason old car',
      '      remove the car',
    ]);
  });

  test.each(agent.groups.flatMap(({ commands }) => commands.map(({ name }) => name)))(
    'gandi-agent help %s fits a screen of 80 columns',
    async (name) => {
      const lines: string[] = [];
      const silent = () => undefined;
      const terminal = { out: (line: string) => void lines.push(line), err: silent, json: silent, verbatim: silent };
      await runProgram(agent, ['help', name], terminal);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    },
  );
});
