// A stage that waits for what never comes, in a process of its own: only there can Node run out of work.
import { runStage } from '../../../src/agent/stage/run-stage.ts';
import { endWithAnswer } from '../../../src/core/command/end-with-answer.ts';
import { openJournal } from '../../../src/core/system/journal.ts';
import { openSystem } from '../../../src/core/system/system.ts';

const [, , root = '', where = ''] = process.argv;
// As if the tree were the running machine: only of that a status is kept.
const system = { ...openSystem(root, openJournal()), root: '/' };
const never = () => new Promise<never>(() => undefined);

endWithAnswer(() => (where === 'stage' ? runStage('bootstrap', never, system) : never()));
