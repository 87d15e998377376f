import { parseArgs } from 'node:util';
import type { Command, Operand, Options } from './command.ts';
import { suggestion } from './suggestion.ts';
import { UsageError } from './usage-error.ts';

export type Words = Readonly<Record<string, string | boolean | undefined>>;
type Shape = Pick<Command, 'options' | 'operands' | 'refused'>;
type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/**
 * The values of a command's options and operands, by name. A switch is true or false, another option its text, its
 * default, or undefined; an option that is given twice has its last value.
 * @throws UsageError naming the first word that does not fit, or the first that is missing
 */
export function parseWords(shape: Shape, args: readonly string[]): Words {
  // Not strict: what does not fit is told in words of our own.
  const { tokens } = parseArgs({ args: [...args], options: nodeOptions(shape.options), strict: false, tokens: true });
  const given = tokens.filter((token) => token.kind === 'option');
  const words = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  refuseOptions(shape.refused ?? {}, given);
  const values = { ...optionValues(shape.options, given), ...operandValues(shape, words) };
  requireOptions(shape.options, given);
  return values;
}

function refuseOptions(refused: Readonly<Record<string, string>>, given: readonly OptionToken[]): void {
  for (const { name, rawName } of given) {
    if (Object.hasOwn(refused, name)) throw new UsageError(`option ${rawName}: ${refused[name]}`);
  }
}

function nodeOptions(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { short, value }]) => {
      const type: 'string' | 'boolean' = value === undefined ? 'boolean' : 'string';
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
}

function optionValues(options: Options, given: readonly OptionToken[]): Words {
  const absent = Object.entries(options).map(([name, option]) => [
    name,
    option.value === undefined ? false : option.default,
  ]);
  return Object.fromEntries([...absent, ...given.map((token) => [token.name, typedValue(options, token)])]);
}

function typedValue(options: Options, { name, rawName, value, inlineValue }: OptionToken): string | boolean {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) throw new UsageError(`unexpected option ${rawName}${optionSuggestion(options, rawName)}`);
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`option ${rawName} takes no value`);
    return true;
  }
  // What looks like an option is one: `--root --dry-run` has lost the folder.
  if (value === undefined || (!inlineValue && /^-./.test(value)))
    throw new UsageError(`option ${rawName} needs a value (${option.value.hint})`);
  return value;
}

function optionSuggestion(options: Options, rawName: string): string {
  const names = [...Object.keys(options), 'help'];
  return suggestion(rawName.replace(/^--?/, ''), names, '--');
}

function operandValues({ operands }: Shape, words: readonly string[]): Words {
  const places = Object.entries(operands);
  if (words.length > places.length) throw new UsageError(`unexpected argument '${words[places.length]}'`);
  return Object.fromEntries(places.map(([name, operand], index) => [name, operandValue(operand, words[index])]));
}

function operandValue({ hint, completion, isOptional }: Operand, word: string | undefined): string | undefined {
  if (word === undefined) {
    if (isOptional) return undefined;
    throw new UsageError(`missing argument ${hint}`);
  }
  if (typeof completion === 'object' && !completion.includes(word))
    throw new UsageError(`unknown argument '${word}' (${completion.join(' or ')})`);
  return word;
}

function requireOptions(options: Options, given: readonly OptionToken[]): void {
  const isGiven = (wanted: string) => given.some(({ name }) => name === wanted);
  for (const [name, { isRequired, needs, value }] of Object.entries(options)) {
    if (isRequired && !isGiven(name)) throw new UsageError(`missing option --${name} ${value?.hint ?? ''}`.trimEnd());
    if (needs !== undefined && isGiven(name) && !isGiven(needs))
      throw new UsageError(`option --${name} means nothing without --${needs}`);
  }
}
