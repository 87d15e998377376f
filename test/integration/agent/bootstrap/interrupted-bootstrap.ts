// A bootstrap of the tree in argv[2] that is killed at the n-th touch of the machine, n in argv[3]: run as a process of
// its own, as nothing in the same process could be killed as surely.
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import type { Journal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

const [, , root = '', touches = ''] = process.argv;
const silent: Journal = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const system = openSystem(root, silent);
let left = Number(touches);

/** Each door that changes something is a moment at which power may be gone: before it is opened. */
function killing<Arguments extends unknown[], Result>(door: (...args: Arguments) => Result) {
  return (...args: Arguments): Result => {
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    left -= 1;
    return door(...args);
  };
}

const { files, processes } = system;
const killed: System = {
  ...system,
  files: {
    ...files,
    replace: killing(files.replace),
    makeDirectory: killing(files.makeDirectory),
    remove: killing(files.remove),
    openFolder: killing(files.openFolder),
  },
  processes: { ...processes, run: killing(processes.run) },
};
await bootstrap(killed);
// How many touches were left: none of them was the last, so there is nothing more to interrupt.
process.exitCode = left >= 0 ? 0 : 1;
