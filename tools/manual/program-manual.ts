import {
  callsOf,
  type Command,
  type CommandGroup,
  commandsOf,
  type Option,
  type Program,
} from '../../src/core/command/command.ts';
import { describeOption, sentence } from '../../src/core/command/help-text.ts';
import { optionWords, usageLine } from '../../src/core/command/usage-line.ts';
import { bold, escapeRoff, paragraphs, seeAlsoLines, titleLine } from './roff.ts';

/** What the page of a program has besides its table of commands. */
export interface ManualPage {
  readonly section: number;
  /** Lines of roff. */
  readonly description: readonly string[];
  readonly exitStatuses: readonly (readonly [status: number, meaning: string])[];
  readonly files: readonly (readonly [path: string, meaning: string])[];
  readonly seeAlso: readonly string[];
}

const help: Option = { short: 'h', description: 'show help' };
const version: Option = { short: 'V', description: 'show the version' };

/** The page of a program, man-pages(7), from the table that its help and completions are made of. */
export function renderProgramManual(program: Program, page: ManualPage): string {
  const calls = callsOf(commandsOf(program));
  return paragraphs([
    titleLine(program.name.toUpperCase(), page.section),
    '.SH NAME',
    `${escapeRoff(program.name)} \\- ${escapeRoff(program.summary)}`,
    '.SH SYNOPSIS',
    ...[...calls.map(({ words, command }) => usageLine(`${program.name} ${words}`, command)), ...general(program)]
      .map((line) => bold(line))
      .flatMap((line, index) => (index === 0 ? [line] : ['.br', line])),
    '.SH DESCRIPTION',
    ...page.description,
    ...(calls.length === 0 ? [] : ['.SH COMMANDS', ...program.groups.flatMap(groupLines)]),
    '.SH OPTIONS',
    ...optionLines({ help, version }),
    ...calls.flatMap(({ words, command: { options } }) => {
      return Object.keys(options).length === 0 ? [] : [`.SS ${escapeRoff(words)}`, ...optionLines(options)];
    }),
    ...exampleLines(program.name, calls),
    ...section('EXIT STATUS', page.exitStatuses, (status) => bold(String(status))),
    ...section('FILES', page.files, (path) => `.I ${escapeRoff(path)}`),
    ...seeAlsoLines(page.seeAlso),
  ]);
}

function general({ name }: Program): string[] {
  return [`${name} --help | --version`];
}

function groupLines({ heading, commands }: CommandGroup): string[] {
  return [
    `.SS ${escapeRoff(heading)}`,
    ...callsOf(commands).flatMap(({ words, command }) => [
      '.TP',
      bold([words, ...Object.values(command.operands).map(({ hint }) => hint)].join(' ')),
      escapeRoff([sentence(command.summary), ...(command.details === undefined ? [] : [command.details])].join('\n')),
      ...Object.values(command.operands).map(({ hint, description }) => escapeRoff(`${hint}: ${description}.`)),
    ]),
  ];
}

function optionLines(options: Command['options']): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `;
    return ['.TP', bold(`${short}${optionWords(name, option)}`), escapeRoff(sentence(describeOption(option)))];
  });
}

function exampleLines(program: string, calls: ReturnType<typeof callsOf>): string[] {
  const entries = calls.flatMap(({ words, command: { examples } }) => {
    return examples.map((example) => [`${program} ${words} ${example.words}`.trim(), sentence(example.does)] as const);
  });
  return entries.length === 0 ? [] : section('EXAMPLES', entries, (line) => bold(line));
}

function section<Term>(
  heading: string,
  entries: readonly (readonly [term: Term, text: string])[],
  termLine: (term: Term) => string,
): string[] {
  if (entries.length === 0) return [];
  return [`.SH ${heading}`, ...entries.flatMap(([term, text]) => ['.TP', termLine(term), escapeRoff(text)])];
}
