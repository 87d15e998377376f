import type { Command } from '../../src/core/command/command.ts';
import { usageWords } from './usage-words.ts';

type Entry = Pick<Command, 'name' | 'summary' | 'usage'>;

const head = '# Completion of gandi-agent; written by `make generated` from the table of commands.';

/** For bash-completion (https://github.com/scop/bash-completion): a file named as the command it completes. */
export function renderBash(commands: readonly Entry[]): string {
  const cases = commands.map(({ name, usage }) => {
    const { verbs, options, takesFile } = usageWords(usage);
    return `    ${name}) words='${[...verbs, ...options, '--help'].join(' ')}' files=${takesFile ? '1' : ''} ;;`;
  });
  return `${[
    head,
    '_gandi_agent() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} words= files=',
    '  case ${COMP_CWORD}:${COMP_WORDS[1]} in',
    `    1:*) words='${commands.map(({ name }) => name).join(' ')} --help --version' ;;`,
    '  esac',
    '  [ "$COMP_CWORD" -lt 2 ] || case ${COMP_WORDS[1]} in',
    ...cases,
    '  esac',
    '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '  [ -z "$files" ] || [ "${current#-}" != "$current" ] || compopt -o default',
    '}',
    'complete -F _gandi_agent gandi-agent',
  ].join('\n')}\n`;
}

/** For zsh: a function in the path of functions, zshcompsys(1). */
export function renderZsh(commands: readonly Entry[]): string {
  const cases = commands.map(({ name, usage }) => {
    const { verbs, options, takesFile } = usageWords(usage);
    const words = [...verbs, ...options, '--help'].join(' ');
    return `  ${name}) compadd -- ${words}${takesFile ? '; _files' : ''} ;;`;
  });
  return `${[
    '#compdef gandi-agent',
    head,
    'local -a commands',
    'commands=(',
    ...commands.map(({ name, summary }) => `  ${quoted(`${name}:${summary}`)}`),
    ')',
    'if (( CURRENT == 2 )); then',
    "  _describe 'command' commands",
    '  compadd -- --help --version',
    '  return',
    'fi',
    'case $words[2] in',
    ...cases,
    'esac',
  ].join('\n')}\n`;
}

/** For fish: https://fishshell.com/docs/current/completions.html */
export function renderFish(commands: readonly Entry[]): string {
  const lines = commands.flatMap(({ name, summary, usage }) => {
    const { verbs, options, takesFile } = usageWords(usage);
    const seen = `__fish_seen_subcommand_from ${name}`;
    const complete = `complete -c gandi-agent -n '${seen}'`;
    return [
      `complete -c gandi-agent -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(verbs.length === 0 ? [] : [`${complete} -a '${verbs.join(' ')}'`]),
      ...options.map((option) => `${complete} -l ${option.slice(2)}`),
      ...(takesFile ? [`${complete} -F`] : []),
    ];
  });
  return `${[head, 'complete -c gandi-agent -f', 'complete -c gandi-agent -n __fish_use_subcommand -l version', ...lines].join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
