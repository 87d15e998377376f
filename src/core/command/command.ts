import type { Line } from './line.ts';

/** How JSON is laid out: for people to look at too, or a line for each of many values. */
export type JsonLayout = 'indented' | 'one line';

/**
 * Where a command speaks: lines for the user on standard output, trouble on standard error. What disks and payloads say is
 * part of them, so control characters come out as `\u{1b}`, as in the journal.
 */
export interface Terminal {
  out(line: Line): void;
  err(line: string): void;
  /** The answer to `--json`, in printable ASCII: everything else is `\u`. A value of many is one line. */
  json(value: unknown, layout?: JsonLayout): void;
  /** For `--noop` of simple-init alone, whose bytes are compared: text as it is, whatever is in it. */
  verbatim(text: string): void;
  /** Characters in a line of the screen; infinite, or not known, where the reader is a program. */
  readonly columns?: number;
  /** True for a user other than root: a command that needs root refuses before it opens anything. */
  readonly isOrdinaryUser?: boolean;
}

/** The width of the screen, in characters; infinite where the reader is a program. */
export function widthOf({ columns = Number.POSITIVE_INFINITY }: Pick<Terminal, 'columns'>): number {
  return columns;
}

/** What a shell offers for a word: paths, the machine's disks or network interfaces, or one of these words and no other. */
export type Completion = 'file' | 'folder' | 'disk' | 'interface' | readonly string[];

/** A word that the user makes up. */
export interface Value {
  /** How help shows it: `FILE`. */
  readonly hint: string;
  readonly completion?: Completion;
}

export interface Option {
  /** The one letter that it may be called by. */
  readonly short?: string;
  /** One sentence without its capital and full stop. */
  readonly description: string;
  /** An option without a value is a switch. */
  readonly value?: Value;
  readonly default?: string;
  readonly isRequired?: boolean;
  /** The option without which this one means nothing. */
  readonly needs?: string;
}

/** A word without a dash, found by its place. */
export interface Operand extends Value {
  readonly description: string;
  /** Only the last operand can be optional. */
  readonly isOptional?: boolean;
}

/** By name; `dry-run` is typed as `--dry-run`. */
export type Options = Readonly<Record<string, Option>>;
/** In the order in which they are typed. */
export type Operands = Readonly<Record<string, Operand>>;

/** A word after the program's name, or after the name of its family, with everything that help, manual and completions tell. */
export interface Command {
  readonly name: string;
  /** One line without its capital and full stop. */
  readonly summary: string;
  /** Further sentences for those who ask about this command. */
  readonly details?: string;
  readonly options: Options;
  readonly operands: Operands;
  /** Options that one may expect here and that mean nothing, each with the reason: `only the machine that runs …`. */
  readonly refused?: Readonly<Record<string, string>>;
  /** What follows the command's name, with what it does. */
  readonly examples: readonly Example[];
  /**
   * @returns the exit status: an ExitCode, or that of somebody else's program whose failure is the command's
   * @throws UsageError, NeedsRootError, or what the command's own work throws
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

export interface Example {
  /** The words after the command's name. */
  readonly words: string;
  readonly does: string;
}

/** A word that does nothing without one of its subcommands: `disk`. */
export interface CommandFamily {
  readonly name: string;
  readonly summary: string;
  readonly subcommands: readonly Command[];
}

export type TopCommand = Command | CommandFamily;

/** Commands that belong together in help and manual. */
export interface CommandGroup {
  /** Whom or what they are for. */
  readonly heading: string;
  readonly commands: readonly TopCommand[];
}

/** One executable. */
export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly groups: readonly CommandGroup[];
}

export function isFamily(command: TopCommand): command is CommandFamily {
  return 'subcommands' in command;
}

export function commandsOf(program: Program): TopCommand[] {
  return program.groups.flatMap(({ commands }) => commands);
}

/** Each command that does something, with all the words that call it: `disk list`. */
export function callsOf(commands: readonly TopCommand[]): { readonly words: string; readonly command: Command }[] {
  return commands.flatMap((top) =>
    isFamily(top)
      ? top.subcommands.map((command) => ({ words: `${top.name} ${command.name}`, command }))
      : [{ words: top.name, command: top }],
  );
}
