import type { Command, CommandFamily, Option, Program } from './command.ts';
import { optionWords, usageParts } from './usage-line.ts';
import { wrapWords as wrap } from './wrap-words.ts';

type Row = readonly [term: string, text: string];

const columns = 80;
const help: Option = { short: 'h', description: 'show this help' };

/** `gandi-agent --help`. */
export function programHelp({ name, summary, groups }: Program): string[] {
  const hasCommands = groups.length > 0;
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map((each) => each.name.length)));
  return [
    `usage: ${name} ${hasCommands ? 'COMMAND [OPTION]... [ARGUMENT]...' : 'OPTION'}`,
    '',
    sentence(summary),
    ...groups.flatMap(({ heading, commands }) => [
      '',
      `${heading}:`,
      ...rows(
        commands.map((each) => [each.name, each.summary]),
        width,
      ),
    ]),
    '',
    'Options:',
    ...rows([optionRow('help', help), optionRow('version', { short: 'V', description: 'show the version' })]),
    ...(hasCommands ? ['', `'${name} help COMMAND' tells more about a command.`] : []),
  ];
}

/** `gandi-agent disk --help`. @param call the words that call it, the program's name first */
export function familyHelp(call: string, { summary, subcommands }: CommandFamily): string[] {
  const [program = '', ...words] = call.split(' ');
  return [
    ...subcommands
      .flatMap((command) => usage(`${call} ${command.name}`, command))
      .map((line, index) => (index === 0 ? line : line.replace('usage:', '      '))),
    '',
    ...wrap(sentence(summary).split(' '), columns),
    '',
    'Subcommands:',
    ...rows(subcommands.map(({ name, summary: text }) => [name, text])),
    '',
    `'${[program, 'help', ...words].join(' ')} SUBCOMMAND' tells more about one.`,
  ];
}

/** `gandi-agent disk detach --help`. @param call the words that call it, the program's name first */
export function commandHelp(call: string, command: Command): string[] {
  const { summary, details, options, operands, examples } = command;
  return [
    ...usage(call, command),
    '',
    ...wrap(sentence(summary).split(' '), columns),
    ...(details === undefined ? [] : ['', ...wrap(details.split(' '), columns)]),
    ...section(
      'Arguments',
      Object.values(operands).map(({ hint, description }) => [hint, description]),
    ),
    ...section('Options', [
      ...Object.entries(options).map(([name, option]) => optionRow(name, option)),
      optionRow('help', help),
    ]),
    ...(examples.length === 0 ? [] : ['', 'Examples:']),
    ...examples.flatMap(({ words, does }) => [`  ${call} ${words}`.trimEnd(), ...rows([['', does]], 2)]),
  ];
}

/** The usage line, broken where the screen ends. */
export function usage(call: string, command: Command): string[] {
  const [first = '', ...more] = wrap(usageParts(call, command), columns - 'usage: '.length);
  return [`usage: ${first}`, ...more.map((line) => `         ${line}`)];
}

/** What an option does, and what it is without being given. */
export function describeOption({ description, default: value, isRequired }: Option): string {
  if (isRequired) return `${description} (required)`;
  return value === undefined ? description : `${description} (default: ${value})`;
}

/** A capital and a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function optionRow(name: string, option: Option): Row {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return [`${short}${optionWords(name, option)}`, describeOption(option)];
}

function section(heading: string, entries: readonly Row[]): string[] {
  return entries.length === 0 ? [] : ['', `${heading}:`, ...rows(entries)];
}

/** Terms in one column, texts in the next, as wide as a screen. */
function rows(entries: readonly Row[], least = 0): string[] {
  const width = Math.max(least, ...entries.map(([term]) => term.length));
  const indent = ' '.repeat(width + 4);
  return entries.flatMap(([term, text]) => {
    const [first = '', ...more] = wrap(text.split(' '), columns - indent.length);
    return [`  ${term.padEnd(width)}  ${first}`, ...more.map((line) => `${indent}${line}`)];
  });
}
