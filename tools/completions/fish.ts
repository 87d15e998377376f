import {
  callsOf,
  type Command,
  type CommandFamily,
  commandsOf,
  type Completion,
  isFamily,
  type Option,
  type Program,
  type Value,
} from '../../src/core/command/command.ts';
import { head, listDisks } from './quoted.ts';

/** For fish: https://fishshell.com/docs/current/completions.html */
export function renderFish(program: Program): string {
  const complete = `complete -c ${program.name}`;
  const commands = commandsOf(program);
  const first = `${complete} -n __fish_use_subcommand`;
  return `${[
    head(program.name),
    `${complete} -f`,
    `${complete} -s h -l help -d ${quoted('show help')}`,
    `${first} -s V -l version -d ${quoted('show the version')}`,
    ...commands.map(({ name, summary }) => `${first} -a ${name} -d ${quoted(summary)}`),
    ...(commands.length === 0
      ? []
      : [
          `${first} -a help -d ${quoted('show help')}`,
          `${complete} -n ${seen('help')} -a ${quoted(commands.map(({ name }) => name).join(' '))}`,
        ]),
    ...commands.filter(isFamily).flatMap((family) => subcommandLines(complete, family)),
    ...callsOf(commands).flatMap(({ words, command }) => commandLines(program, words, command)),
  ].join('\n')}\n`;
}

function subcommandLines(complete: string, { name, subcommands }: CommandFamily): string[] {
  const names = subcommands.map((each) => each.name).join(' ');
  const condition = quoted(`__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${names}`);
  return subcommands.map((each) => `${complete} -n ${condition} -a ${each.name} -d ${quoted(each.summary)}`);
}

function commandLines(program: Program, words: string, { options, operands }: Command): string[] {
  const complete = `complete -c ${program.name} -n ${seen(words)}`;
  return [
    ...Object.entries(options).map(([name, option]) => `${complete}${optionWords(program, name, option)}`),
    ...Object.values(operands).flatMap(({ completion }) => {
      return completion === undefined ? [] : [`${complete} ${offer(program, completion)}`];
    }),
  ];
}

function seen(words: string): string {
  const conditions = words.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  return quoted(conditions.join('; and '));
}

function optionWords(program: Program, name: string, { short, description, value }: Option): string {
  const letter = short === undefined ? '' : ` -s ${short}`;
  return `${letter} -l ${name}${value === undefined ? '' : ` ${argument(program, value)}`} -d ${quoted(description)}`;
}

/** With only `-r` fish offers files too. */
function argument(program: Program, { completion }: Value): string {
  if (completion === undefined) return '-x';
  return `${completion === 'file' ? '-r' : '-x'} ${offer(program, completion)}`;
}

function offer(program: Program, completion: Completion): string {
  if (typeof completion !== 'string') return `-a ${quoted(completion.join(' '))}`;
  return {
    file: '-F',
    folder: `-a '(__fish_complete_directories)'`,
    disk: `-a ${quoted(`(${listDisks(program.name)})`)}`,
    interface: `-a '(command ls /sys/class/net)'`,
  }[completion];
}

/** A word of fish, which knows two escapes between single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
