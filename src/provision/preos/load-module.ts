import { parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AgentError } from '../../core/error/agent-error.ts';
import type { Preos } from './preos.ts';

/** What a plugin says of itself, in cdist's words: a module, or a class of it with these as static members. */
interface Candidate {
  readonly name?: unknown;
  readonly _cdist_preos?: unknown;
  readonly _preos_name?: unknown;
  readonly commandline?: unknown;
}

/** Milliseconds that a module may take to load: one that waits for ever must not keep the others from being listed. */
const patience = 10_000;

/**
 * Loads a module of somebody else's.
 * @throws what the module throws, also where it would end the process
 */
export async function loadModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const exit = process.exit;
  process.exit = (status) => {
    throw new Error(`it ends the process when it is loaded (status ${status ?? 0})`);
  };
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('it is not loaded after ten seconds')), patience);
  try {
    const loaded = import(pathToFileURL(path).href).catch((error: unknown) => {
      throw withPlace(error);
    });
    return (await Promise.race([loaded, late])) as Record<string, unknown>;
  } finally {
    clearTimeout(timer);
    process.exit = exit;
  }
}

/** A module that does not parse tells its line in front of the stack only. */
function withPlace(error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const [, line] = /^file:\/\/[^\n]*:(\d+)$/m.exec(error.stack ?? '') ?? [];
  return line === undefined ? error : new Error(`line ${line}: ${error.message}`);
}

/** Each PreOS of a module: the module itself, and its classes. */
export function candidatesOf(
  path: string,
  namespace: Readonly<Record<string, unknown>>,
): { readonly plugins: Preos[]; readonly warnings: string[] } {
  const plugins: Preos[] = [];
  const warnings: string[] = [];
  for (const [name, candidate] of [
    [parse(path).name, namespace] as const,
    ...Object.values(namespace)
      .filter((value) => typeof value === 'function')
      .map((value) => [value.name, value] as const),
  ]) {
    const { _cdist_preos: marker, _preos_name: ownName, commandline } = candidate as Candidate;
    if (!marker || commandline === undefined) continue;
    const known = typeof ownName === 'string' ? ownName : name.toLowerCase();
    if (isCommandline(commandline)) plugins.push(plugin(path, known, candidate, commandline));
    else warnings.push(`cannot use ${known} of ${path}: its commandline is not a function`);
  }
  return { plugins, warnings };
}

type Commandline = (args: readonly string[]) => unknown;

function isCommandline(value: unknown): value is Commandline {
  return typeof value === 'function';
}

function plugin(path: string, name: string, candidate: unknown, commandline: Commandline): Preos {
  return {
    name,
    // What it returns says nothing, as in cdist: a failure is thrown.
    run: async (args) => {
      try {
        await Reflect.apply(commandline, candidate, [[...args]]);
        return 0;
      } catch (cause) {
        throw new AgentError(`the PreOS ${name} failed`, {
          code: 'preos.plugin-failed',
          subject: path,
          remedy: 'see the plugin',
          cause,
        });
      }
    },
  };
}
