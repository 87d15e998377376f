import { suggestion } from '../../../core/command/suggestion.ts';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';

/** An option as getopt_long(3) knows it. */
export interface LongOption {
  readonly name: string;
  readonly short?: string;
  readonly takesValue?: true;
  /** Only its whole name counts: it came later than abbreviations that people have in scripts. */
  readonly isNew?: true;
}

export interface Words<Option extends LongOption> {
  readonly options: readonly { readonly option: Option; readonly value: string }[];
  readonly operands: readonly string[];
}

/**
 * Reads words as getopt(1) does: options and operands in any order, `--name=value`, abbreviations of long names that fit
 * one option alone, letters in one word, and `--` before operands.
 * @param elsewhere long names that the caller has taken out already, and that may have been meant
 * @throws AgentError `image.unknown-option`, `image.ambiguous-option`, `image.missing-value` or `image.unwanted-value`
 */
export function getopt<Option extends LongOption>(
  args: readonly string[],
  known: readonly Option[],
  elsewhere: readonly string[] = [],
): Words<Option> {
  const options: { option: Option; value: string }[] = [];
  const operands: string[] = [];
  const words = [...args];
  const valueFor = (option: string) => words.shift() ?? refuse('missing-value', option, 'option requires an argument');
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') return { options, operands: [...operands, ...words] };
    if (word.startsWith('--')) {
      const [name = '', ...values] = word.slice(2).split('=');
      const given = word.includes('=') ? values.join('=') : undefined;
      const option = findLong(name, known, elsewhere);
      if (option.takesValue) options.push({ option, value: given ?? valueFor(`--${option.name}`) });
      else if (given === undefined) options.push({ option, value: '' });
      else refuse('unwanted-value', `--${option.name}`, "option doesn't allow an argument");
    } else if (word.startsWith('-') && word !== '-') {
      options.push(...lettersOf(word.slice(1), known, valueFor));
    } else operands.push(word);
  }
  return { options, operands };
}

function findLong<Option extends LongOption>(
  name: string,
  known: readonly Option[],
  elsewhere: readonly string[],
): Option {
  const exact = known.find((option) => option.name === name);
  if (exact !== undefined) return exact;
  const fitting = known.filter((option) => !option.isNew && option.name.startsWith(name));
  const [only, ...others] = fitting;
  if (only === undefined) {
    const names = [...known.map((option) => option.name), ...elsewhere];
    return refuse('unknown-option', `--${name}`, `unrecognized option${suggestion(name, names, '--')}`);
  }
  if (others.length === 0) return only;
  const names = fitting.map((option) => `--${option.name}`).join(' ');
  return refuse('ambiguous-option', `--${name}`, `option is ambiguous; possibilities: ${names}`);
}

function lettersOf<Option extends LongOption>(
  letters: string,
  known: readonly Option[],
  valueFor: (option: string) => string,
): { option: Option; value: string }[] {
  const [letter = '', ...rest] = [...letters];
  if (letter === '') return [];
  const option = known.find(({ short }) => short === letter);
  if (option === undefined) return refuse('unknown-option', `-${letter}`, 'invalid option');
  if (!option.takesValue) return [{ option, value: '' }, ...lettersOf(rest.join(''), known, valueFor)];
  return [{ option, value: rest.length > 0 ? rest.join('') : valueFor(`-${letter}`) }];
}

function refuse(problem: string, option: string, message: string): never {
  throw new AgentError(message, {
    code: `image.${problem}`,
    subject: option,
    remedy: 'see --help',
    exitCode: ExitCode.badUsage,
  });
}
