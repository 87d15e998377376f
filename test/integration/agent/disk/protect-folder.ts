// Protects the folder of an assignment, mounts the disk argv[2] there and lets go of the folder; prints after each step what a
// program of root's can do. To be run in a mount namespace of its own, in the folder argv[3] of a file system with flags of files.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { applySteps } from '../../../../src/agent/action/apply-steps.ts';
import { kinds } from '../../../../src/agent/disk/actions.ts';
import { openMountPoint } from '../../../../src/agent/disk/open-mount-point.ts';
import { planProtection } from '../../../../src/agent/disk/plan-protection.ts';
import { readProtectedFolders } from '../../../../src/agent/disk/protected-folders.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';

const [, , device = '', parent = ''] = process.argv;
const path = `${parent}/data`;
const system = openSystem('/', silentJournal);
const isWritten = () => spawnSync('touch', [`${path}/file`]).status === 0;
const isRemoved = () => spawnSync('rmdir', [path]).status === 0;

async function keep(isAssigned: boolean, isMounted: boolean): Promise<void> {
  const known = await readProtectedFolders(system);
  const state = existsSync(path) ? 'empty' : 'missing';
  const assigned = isAssigned ? [{ path, state } as const] : [];
  const mounted = new Set(isMounted ? [path] : []);
  await applySteps(planProtection({ assigned, known, isAnyMistaken: false, mounted }), kinds, system);
}

const said: Record<string, unknown> = {};
await keep(true, false);
said['without its disk'] = { isWritten: isWritten(), isRemoved: isRemoved() };
said['a folder inside'] = await openMountPoint(`${path}/in`, system).then(
  () => null,
  (error: unknown) => (error instanceof AgentError ? error.code : String(error)),
);
spawnSync('mount', [device, path]);
said['with its disk'] = { isWritten: isWritten(), isRemoved: isRemoved() };
await keep(false, true);
said['assigned no more, and mounted'] = { isWritten: isWritten(), known: (await readProtectedFolders(system)).length };
spawnSync('umount', [path]);
said.unmounted = { isWritten: isWritten(), isRemoved: isRemoved() };
await keep(false, false);
said['let go of'] = { isThere: existsSync(path), known: (await readProtectedFolders(system)).length };
console.log(JSON.stringify(said));
