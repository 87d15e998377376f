/** An option of a program whose arguments argparse of Python reads. */
export interface ArgumentOption {
  /** `-B`, `--bootstrap`: each way to write it. */
  readonly words: readonly string[];
  /** The name of its value in help; an option without one is a switch. */
  readonly takes?: string;
  readonly description: string;
}

export type ArgumentOptions = Readonly<Record<string, ArgumentOption>>;

export interface ArgumentTable<Name extends string = string> {
  /** As errors name it: `cdist preos debian`. */
  readonly program: string;
  readonly options: Readonly<Record<Name, ArgumentOption>>;
  /** Words without a dash, as help shows them. */
  readonly operands: readonly string[];
  /** The first of them ends the options: all that follows is somebody else's. */
  readonly isFirstOperandLast?: boolean;
}

/** Values in the order in which they were given; a switch that is given has one empty value a time. */
export interface ParsedArguments<Name extends string = string> {
  readonly values: ReadonlyMap<Name, readonly string[]>;
  readonly operands: readonly string[];
  /** What follows the last operand of a table that ends there. */
  readonly rest: readonly string[];
}

/** Words that do not fit a table; the message is argparse's, without the name of the program. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** What `-h` prints. */
export function helpOf({ program, options, operands }: ArgumentTable): string[] {
  const all = Object.values(options);
  const terms = all.map(({ words, takes }) => words.map((word) => (takes ? `${word} ${takes}` : word)).join(', '));
  const width = Math.max(...terms.map((term) => term.length));
  return [
    usageOf({ program, options, operands }),
    '',
    ...all.map(({ description }, index) => `  ${(terms[index] ?? '').padEnd(width)}  ${description}`),
  ];
}

export function usageOf({ program, options, operands }: ArgumentTable): string {
  const words = Object.values(options).map(({ words: [word], takes }) => `[${word}${takes ? ` ${takes}` : ''}]`);
  return `usage: ${[program, ...words, ...operands].join(' ')}`;
}
