import {
  type Command,
  type CommandFamily,
  commandsOf,
  type Completion,
  isFamily,
  type Option,
  type Program,
} from '../../src/core/command/command.ts';
import { head, listDisks, quoted } from './quoted.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
}

const help: Option = { short: 'h', description: 'show help' };
const version: Option = { short: 'V', description: 'show the version' };

/** For zsh: a function in the path of functions, zshcompsys(1). */
export function renderZsh(program: Program): string {
  const isBare = commandsOf(program).length === 0;
  const body = isBare ? [`_arguments -S ${optionSpecs({ help, version })}`] : commandCases(program);
  return `${[`#compdef ${program.name}`, head(program.name), ...body].join('\n')}\n`;
}

function commandCases(program: Program): string[] {
  const commands = commandsOf(program);
  return [
    'local -a commands disks',
    ...choice('command', '', [...commands, { name: 'help', summary: 'show help' }]),
    'case $words[1] in',
    `  help) compadd -- ${commands.map(({ name }) => name).join(' ')} ;;`,
    ...commands.flatMap((command) =>
      isFamily(command) ? familyCase(program, command) : [`  ${command.name}) ${argumentsCall(program, command)} ;;`],
    ),
    'esac',
  ];
}

function familyCase(program: Program, { name, subcommands }: CommandFamily): string[] {
  return [
    `  ${name})`,
    ...choice('subcommand', '    ', subcommands),
    '    case $words[1] in',
    ...subcommands.map((command) => `      ${command.name}) ${argumentsCall(program, command)} ;;`),
    '    esac',
    '    ;;',
  ];
}

/** Offers names in the second place; behind it, goes on with the words from there. */
function choice(kind: string, indent: string, entries: readonly Entry[]): string[] {
  const lines = [
    'commands=(',
    ...entries.map(({ name, summary }) => `  ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`),
    ')',
    `if (( CURRENT == 2 )); then`,
    `  _describe '${kind}' commands`,
    `  compadd -- --help${kind === 'command' ? ' --version' : ''}`,
    '  return',
    'fi',
    'shift words',
    '(( CURRENT-- ))',
  ];
  return lines.map((line) => `${indent}${line}`);
}

function argumentsCall(program: Program, { options, operands }: Command): string {
  const places = Object.values(operands);
  const specs = places.map(({ hint, completion, isOptional }, index) => {
    return quoted(`${index + 1}:${isOptional ? ':' : ''}${escaped(hint)}:${action(completion)}`);
  });
  const asksDisks = places.some(({ completion }) => completion === 'disk');
  const disks = asksDisks ? `disks=(\${(f)"$(${listDisks(program.name)})"}); ` : '';
  return [`${disks}_arguments -S`, optionSpecs({ ...options, help }), ...specs].join(' ');
}

function optionSpecs(options: Command['options']): string {
  return Object.entries(options)
    .map(([name, option]) => optionSpec(name, option))
    .join(' ');
}

function optionSpec(name: string, { short, description, value }: Option): string {
  const argument = value === undefined ? '' : `:${escaped(value.hint)}:${action(value.completion)}`;
  const rest = `[${escaped(description)}]${argument}`;
  const long = `--${name}${value === undefined ? '' : '='}`;
  if (short === undefined) return quoted(`${long}${rest}`);
  return `${quoted(`(-${short} --${name})`)}{-${short}${value === undefined ? '' : '+'},${long}}${quoted(rest)}`;
}

function action(completion: Completion | undefined): string {
  if (completion === undefined) return ' ';
  if (typeof completion !== 'string') return `(${completion.join(' ')})`;
  return { file: '_files', folder: '_files -/', disk: '{compadd -a disks}', interface: '_net_interfaces' }[completion];
}

function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}
