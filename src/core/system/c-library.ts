import type * as Ffi from 'node:ffi';

/**
 * Functions of the C library, for what Node itself cannot do. Asked for when they are needed: it costs 1 ms, and most commands
 * need none.
 * @returns undefined on a Node that cannot call them
 */
export function loadFunctions<const Definitions extends Ffi.FunctionDefinitions>(
  definitions: Definitions,
): Ffi.WrappedFunctionsFromDefinitions<Definitions> | undefined {
  try {
    const ffi = process.getBuiltinModule('node:ffi') as typeof Ffi | undefined;
    return ffi?.dlopen(null, definitions).functions;
  } catch {
    return undefined;
  }
}
