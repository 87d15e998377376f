/** An option of a program that Python's argparse reads. */
export interface GetoptOption {
  /** As they are typed: `-D`, `--directory`. */
  readonly names: readonly string[];
  /** A value follows, may follow, or none does. */
  readonly value: 'none' | 'optional' | 'required';
}

/** What was typed for an option: its value, or undefined where it has none. */
export interface Given {
  readonly option: GetoptOption;
  readonly value: string | undefined;
}

export interface Getopt {
  readonly given: readonly Given[];
  readonly rest: readonly string[];
}

/**
 * Reads words as argparse does: long options may be shortened as long as they stay the only one, short ones joined (`-bv`),
 * and a value may follow its option directly (`-D/srv`, `--directory=/srv`).
 * @returns what is wrong, naming the word, where the words do not fit
 */
export function parseGetopt(
  options: readonly GetoptOption[],
  words: readonly string[],
): Getopt | { readonly problem: string } {
  const given: Given[] = [];
  const rest: string[] = [];
  const pending = [...words];
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    if (word === '--') rest.push(...pending.splice(0));
    else if (!isOption(word)) rest.push(word);
    else {
      const found = word.startsWith('--') ? longOption(options, word) : shortOptions(options, word);
      if ('problem' in found) return found;
      for (const each of found.given) {
        const value = each.value ?? valueAfter(each.option, pending);
        if (each.option.value === 'required' && value === undefined)
          return { problem: `argument ${each.option.names.join('/')}: expected one argument` };
        given.push({ option: each.option, value });
      }
    }
  }
  return { given, rest };
}

type Found = { readonly given: readonly Given[] } | { readonly problem: string };

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

function longOption(options: readonly GetoptOption[], word: string): Found {
  const [, typed = '', value] = /^(--[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const exact = options.filter(({ names }) => names.includes(typed));
  const matching =
    exact.length > 0 ? exact : options.filter(({ names }) => names.some((name) => name.startsWith(typed)));
  const [option] = matching;
  if (option === undefined) return { problem: `unrecognized arguments: ${word}` };
  if (matching.length > 1) {
    const names = matching.flatMap((each) => each.names.filter((name) => name.startsWith(typed)));
    return { problem: `ambiguous option: ${word} could match ${names.join(', ')}` };
  }
  if (option.value === 'none' && value !== undefined)
    return { problem: `argument ${option.names.join('/')}: ignored explicit argument '${value}'` };
  return { given: [{ option, value }] };
}

function shortOptions(options: readonly GetoptOption[], word: string): Found {
  const given: Given[] = [];
  for (let letters = word.slice(1); letters !== ''; letters = letters.slice(1)) {
    const option = options.find(({ names }) => names.includes(`-${letters[0]}`));
    if (option === undefined) return { problem: `unrecognized arguments: ${word}` };
    const joined = letters.slice(1).replace(/^=/, '');
    if (option.value !== 'none' && joined !== '') return { given: [...given, { option, value: joined }] };
    given.push({ option, value: undefined });
  }
  return { given };
}

function valueAfter({ value }: GetoptOption, pending: string[]): string | undefined {
  const [next] = pending;
  return value === 'none' || next === undefined || isOption(next) ? undefined : pending.shift();
}
