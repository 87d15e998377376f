// A bootstrap of the tree in argv[2] in a process of its own, so that its system calls can be made to fail.
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { exitCodeOf } from '../../../../src/agent/stage/exit-code-of.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';

const system = openSystem(process.argv[2] ?? '', openJournal('error'));
process.exitCode = exitCodeOf(await bootstrap(system));
// What is still open and belongs to nobody is collected now, and ends the process with an error.
globalThis.gc?.();
setImmediate(() => process.stdout.write('ended\n'));
