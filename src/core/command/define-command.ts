import type { Command, Example, Operand, Operands, Option, Options, Terminal, Value } from './command.ts';
import { NeedsRootError } from './needs-root-error.ts';
import { parseWords } from './parse-words.ts';

type OptionValue<O extends Option> = O extends { readonly value: Value }
  ? O extends { readonly default: string } | { readonly isRequired: true }
    ? string
    : string | undefined
  : boolean;

type OperandValue<P extends Operand> = P extends { readonly isOptional: true } ? string | undefined : string;

type ValuesOf<O extends Options, P extends Operands> = { readonly [name in keyof O]: OptionValue<O[name]> } & {
  readonly [name in keyof P]: OperandValue<P[name]>;
};

interface Definition<O extends Options, P extends Operands> {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly options?: O;
  readonly operands?: P;
  readonly refused?: Readonly<Record<string, string>>;
  readonly examples?: readonly Example[];
  /** Whether only root can do what is asked for; without it everybody can. */
  needsRoot?(values: ValuesOf<O, P>): boolean;
  /** @returns an ExitCode, or the status of somebody else's program that the command ran */
  run(values: ValuesOf<O, P>, terminal: Terminal): Promise<number>;
}

/** A command from its table of options and operands; `run` gets their values by name, with the types that the table says. */
export function defineCommand<
  const O extends Options = Record<never, never>,
  const P extends Operands = Record<never, never>,
>(definition: Definition<O, P>): Command {
  const { name, summary, details, options = {}, operands = {}, refused = {}, examples = [] } = definition;
  const shape = { options, operands, refused };
  return {
    name,
    summary,
    ...(details === undefined ? {} : { details }),
    ...shape,
    examples,
    run: async (args, terminal) => {
      // The mapped type above says of the same table what parseWords does with it.
      const values = parseWords(shape, args) as ValuesOf<O, P>;
      if (terminal.isOrdinaryUser && definition.needsRoot?.(values)) throw new NeedsRootError('needs root');
      return definition.run(values, terminal);
    },
  };
}
