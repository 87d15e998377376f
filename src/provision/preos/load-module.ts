import { createRequire } from 'node:module';
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

/**
 * Loads a module of somebody else's, as require() does: the executable is one file of Node's, and its import() knows no
 * other. A module that waits at its top level cannot be loaded so.
 * @throws what the module throws, also where it would end the process
 */
export function loadModule(path: string): Readonly<Record<string, unknown>> {
  const exit = process.exit;
  process.exit = (status) => {
    throw new Error(`it ends the process when it is loaded (status ${status ?? 0})`);
  };
  try {
    return createRequire(pathToFileURL(path))(path) as Record<string, unknown>;
  } finally {
    process.exit = exit;
  }
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
