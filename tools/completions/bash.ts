import {
  callsOf,
  type Command,
  commandsOf,
  type Completion,
  isFamily,
  type Option,
  type Program,
} from '../../src/core/command/command.ts';
import { head, listDisks, quoted } from './quoted.ts';

/** For bash-completion (https://github.com/scop/bash-completion): a file named as the command it completes. */
export function renderBash(program: Program): string {
  const name = `_${program.name.replaceAll('-', '_')}`;
  return `${[head(program.name), ...chooser(name, program), ...offerer(name, program), `complete -F ${name} ${program.name}`].join('\n')}\n`;
}

/** The function that finds out what comes next. */
function chooser(name: string, program: Program): string[] {
  const commands = commandsOf(program);
  const calls = callsOf(commands);
  const families = commands.filter(isFamily);
  const names = commands.map((each) => each.name);
  const first = [...names, ...(names.length > 0 ? ['help'] : []), 'version', '--help', '--version'];
  return [
    `${name}() {`,
    '  local current=${COMP_WORDS[COMP_CWORD]} call=${COMP_WORDS[1]} start=2 index=0 word skip kind value',
    '  local options valued operands=()',
    '  # Readline parts --root=/mnt into three words.',
    '  [ "$current" != = ] || current=',
    '  case $call in',
    ...families.map((family) => `    ${family.name}) call="$call \${COMP_WORDS[2]}" start=3 ;;`),
    '  esac',
    '  case $COMP_CWORD:$call in',
    `    1:*) kind=${quoted(first.join(' '))} ;;`,
    `    2:help) kind=${quoted(names.join(' '))} ;;`,
    ...families.map((family) => `    2:${family.name}\\ *) kind=${quoted(subcommandNames(family.subcommands))} ;;`),
    '  esac',
    `  if [ -n "$kind" ]; then ${name}_offer "$kind"; return; fi`,
    '  case $call in',
    ...calls.map(({ words, command }) => `    ${quoted(words)}) ${commandWords(command)} ;;`),
    '  esac',
    '  for word in "${COMP_WORDS[@]:start:COMP_CWORD-start}"; do',
    '    [ "$word" != = ] || continue',
    '    if [ -n "$skip" ]; then skip=; continue; fi',
    '    case " $valued " in *" $word "*) skip=$word ;; esac',
    '    case $word in -*) ;; *) index=$((index + 1)) ;; esac',
    '  done',
    '  case "$call $skip" in',
    ...calls.flatMap(({ words, command }) => valueCases(words, command)),
    '  esac',
    `  if [ -n "$skip" ]; then ${name}_offer "$value"; return; fi`,
    `  case $current in -*) ${name}_offer "$options" ;; *) ${name}_offer "\${operands[index]:-$options}" ;; esac`,
    '}',
  ];
}

/** The function that offers words, or things of a kind. */
function offerer(name: string, program: Program): string[] {
  const things = [`    @disk) words=$(${listDisks(program.name)}) ;;`, '    @interface) words=$(ls /sys/class/net) ;;'];
  return [
    `${name}_offer() {`,
    '  local words=$1',
    '  case $words in',
    '    @file | @folder)',
    '      compopt -o filenames',
    '      case $words in @file) words=-f ;; *) words=-d ;; esac',
    '      mapfile -t COMPREPLY < <(compgen "$words" -- "$current")',
    '      return',
    '      ;;',
    ...(commandsOf(program).length === 0 ? [] : things),
    '  esac',
    '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '}',
  ];
}

function subcommandNames(commands: readonly Command[]): string {
  return commands.map(({ name }) => name).join(' ');
}

function commandWords({ options, operands }: Command): string {
  const all = [...Object.keys(options).map((name) => `--${name}`), '--help'].join(' ');
  const valued = Object.entries(options).flatMap(([name, option]) => (option.value ? spellings(name, option) : []));
  const places = Object.values(operands).map(({ completion }) => quoted(kindOf(completion)));
  return `options=${quoted(all)} valued=${quoted(valued.join(' '))} operands=(${places.join(' ')})`;
}

function valueCases(words: string, { options }: Command): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    if (option.value?.completion === undefined) return [];
    const patterns = spellings(name, option).map((each) => quoted(`${words} ${each}`));
    return [`    ${patterns.join(' | ')}) value=${quoted(kindOf(option.value.completion))} ;;`];
  });
}

function spellings(name: string, { short }: Option): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/** Words, or a kind of thing with a sign that no word begins with. */
function kindOf(completion: Completion | undefined): string {
  if (completion === undefined) return '';
  return typeof completion === 'string' ? `@${completion}` : completion.join(' ');
}
