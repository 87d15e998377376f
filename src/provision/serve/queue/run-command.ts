import { shellWords } from '../../../core/text/shell-words.ts';
import type { RunAction } from './run.ts';

/** What a command can be told of the machine that it is run for, by the name that stands in braces. */
export interface CommandFacts {
  readonly action: RunAction;
  /** Its name, or its address where it has none. */
  readonly host: string;
  readonly address: string;
  readonly run: string;
  readonly attempt: string;
}

const placeholders: readonly (keyof CommandFacts)[] = ['action', 'host', 'address', 'run', 'attempt'];

/**
 * Splits a command as a shell would, and does nothing else of what a shell does.
 * @returns its words, or what is wrong with it
 */
export function parseCommand(text: string): readonly string[] | { readonly problem: string } {
  const words = shellWords(text);
  if (words === undefined) return { problem: 'has a quote that is never closed' };
  if (words.length === 0) return { problem: 'is empty' };
  const unknown = [...text.matchAll(/\{([a-z]+)\}/g)].find(([, name]) => !placeholders.some((known) => known === name));
  if (unknown === undefined) return words;
  const known = placeholders.map((name) => `{${name}}`).join(', ');
  return { problem: `has ${unknown[0]}, which is not one of ${known}` };
}

/** The words of a command with what stands in braces put in; a fact never becomes more than the word that it stands in. */
export function wordsFor(command: readonly string[], facts: CommandFacts): string[] {
  return command.map((word) =>
    word.replace(/\{([a-z]+)\}/g, (text, name: string) => {
      const known = placeholders.find((each) => each === name);
      return known === undefined ? text : facts[known];
    }),
  );
}

/** The same facts as variables: `GANDI_ADDRESS`. */
export function environmentFor(facts: CommandFacts): Record<string, string> {
  return Object.fromEntries(placeholders.map((name) => [`GANDI_${name.toUpperCase()}`, facts[name]]));
}
