import { ArgumentError, type ArgumentTable, type ParsedArguments } from './argument-table.ts';

/**
 * Reads arguments as argparse of Python does: options and operands in any order, switches of one letter in one word, a
 * value in the same word or the next, and long options by as many letters as tell them apart.
 * @throws ArgumentError
 */
export function parseArguments<Name extends string>(
  table: ArgumentTable<Name>,
  args: readonly string[],
): ParsedArguments<Name> {
  const values = new Map<Name, string[]>();
  const operands: string[] = [];
  const unknown: string[] = [];
  const give = (name: Name, value: string) => void values.set(name, [...(values.get(name) ?? []), value]);
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (!/^-./.test(word)) {
      operands.push(word);
      if (table.isFirstOperandLast) return { values, operands, rest: args.slice(index + 1) };
      continue;
    }
    const found = word.startsWith('--') ? longOption(table, word) : shortOptions(table, word);
    if (found === undefined) unknown.push(word);
    for (const { name, value } of found ?? []) {
      if (value !== undefined) give(name, value);
      else if (table.options[name].takes === undefined) give(name, '');
      else {
        index += 1;
        give(name, nextValue(table, name, args[index]));
      }
    }
  }
  if (unknown.length > 0) throw new ArgumentError(`unrecognized arguments: ${unknown.join(' ')}`);
  return { values, operands, rest: [] };
}

interface Found<Name> {
  readonly name: Name;
  /** undefined where the next word has it, or none is taken. */
  readonly value: string | undefined;
}

function longOption<Name extends string>(table: ArgumentTable<Name>, word: string): Found<Name>[] | undefined {
  const [, start = '', value] = /^([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const all = namesOf(table).flatMap((name) => table.options[name].words.map((each) => ({ name, each })));
  const near = all.filter(({ each }) => each === start);
  const fitting = near.length > 0 ? near : all.filter(({ each }) => each.startsWith(start));
  const [first] = fitting;
  if (first === undefined) return undefined;
  if (fitting.length > 1)
    throw new ArgumentError(`ambiguous option: ${start} could match ${fitting.map(({ each }) => each).join(', ')}`);
  if (value !== undefined && table.options[first.name].takes === undefined)
    throw new ArgumentError(`argument ${wordsOf(table, first.name)}: ignored explicit argument '${value}'`);
  return [{ name: first.name, value }];
}

/** `-BC`, `-pDIR`, `-p=DIR`; undefined where a letter is none of the table. */
function shortOptions<Name extends string>(table: ArgumentTable<Name>, word: string): Found<Name>[] | undefined {
  const found: Found<Name>[] = [];
  for (let index = 1; index < word.length; index += 1) {
    const name = namesOf(table).find((each) => table.options[each].words.includes(`-${word[index]}`));
    if (name === undefined) return undefined;
    const rest = word.slice(index + 1);
    if (table.options[name].takes === undefined) found.push({ name, value: undefined });
    else return [...found, { name, value: rest === '' ? undefined : rest.replace(/^=/, '') }];
  }
  return found;
}

function nextValue<Name extends string>(table: ArgumentTable<Name>, name: Name, word: string | undefined): string {
  if (word === undefined || /^-./.test(word))
    throw new ArgumentError(`argument ${wordsOf(table, name)}: expected one argument`);
  return word;
}

function namesOf<Name extends string>({ options }: ArgumentTable<Name>): Name[] {
  return Object.keys(options) as Name[];
}

function wordsOf<Name extends string>({ options }: ArgumentTable<Name>, name: Name): string {
  return options[name].words.join('/');
}
