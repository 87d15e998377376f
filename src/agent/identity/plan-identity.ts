import type { Action, Step } from './actions.ts';
import { dbusIdPath, type IdentityFacts, machineIdPath, templateMark } from './identity.ts';
import type { Flags } from '../flags/flag-table.ts';

/**
 * Host keys that sshd lacks, and for a copy of a template everything that it must not share with the other copies. The
 * mark of the template goes last: a run that was cut off starts again.
 * @param newMachineId 32 random hexadecimal digits, used only for a template
 */
export function planIdentity(facts: IdentityFacts, flags: Flags, newMachineId: string): Step[] {
  const isCopy = facts.isTemplate && flags.CONFIG_MACHINE_ID;
  const hostKeys: Action[] = facts.missingHostKeys.map((type) => ({ kind: 'make-host-key', type }));
  return [
    { name: 'machine identity', actions: isCopy ? planNewIdentity(facts, newMachineId) : [] },
    { name: 'ssh host keys', actions: facts.hasSshServer && flags.CONFIG_HOST_KEYS && !isCopy ? hostKeys : [] },
  ];
}

/** Host keys are only removed: the round that follows finds them missing. machine-id(5) has the form. */
function planNewIdentity({ copiedFiles, dbusHasOwnId }: IdentityFacts, newMachineId: string): Action[] {
  const idFiles = dbusHasOwnId ? [machineIdPath, dbusIdPath] : [machineIdPath];
  return [
    ...copiedFiles.map((path) => ({ kind: 'remove-file', path }) as const),
    ...idFiles.map((path) => ({ kind: 'write-file', path, content: `${newMachineId}\n`, mode: 0o444 }) as const),
    { kind: 'remove-file', path: templateMark },
  ];
}
