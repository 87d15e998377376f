import type { Action, Step } from './actions.ts';
import {
  dbusIdPath,
  type HostKeyType,
  hostKeyPath,
  type IdentityFacts,
  machineIdPath,
  templateMark,
} from './identity.ts';
import type { Flags } from '../flags/flag-table.ts';

/** Which host keys are made: all, those that sshd cannot start without, or the others, once it may run. */
export type HostKeyExtent = 'all' | 'to-start-with' | 'others';

/**
 * Host keys that sshd lacks, and for a copy of a template everything that it must not share with the other copies. The
 * mark of the template goes last: a run that was cut off starts again.
 */
export function planIdentity(facts: IdentityFacts, flags: Flags, extent: HostKeyExtent = 'all'): Step[] {
  const isCopy = facts.isTemplate && flags.CONFIG_MACHINE_ID;
  const isWanted = facts.hasSshServer && flags.CONFIG_HOST_KEYS && !isCopy;
  return [
    { name: 'clock', actions: isCopy ? planClock(facts) : [] },
    { name: 'machine identity', actions: isCopy ? planNewIdentity(facts) : [] },
    { name: 'ssh host keys', actions: isWanted ? planHostKeys(facts, extent) : [] },
  ];
}

/** Host keys are only removed: the round that follows finds them missing. */
function planNewIdentity({ copiedFiles, dbusHasOwnId, hasBooted }: IdentityFacts): Action[] {
  const paths = dbusHasOwnId ? [machineIdPath, dbusIdPath] : [machineIdPath];
  return [
    // All copies of one memory have the same random numbers ahead of them.
    ...(hasBooted ? [{ kind: 'reseed-random' } as const] : []),
    ...copiedFiles.map((path) => ({ kind: 'remove-file', path }) as const),
    { kind: 'make-machine-id', paths },
    { kind: 'remove-file', path: templateMark },
    // Its folder has the name of the machine id that it read when it started.
    ...(hasBooted ? [{ kind: 'control-unit', unit: 'systemd-journald.service', verb: 'try-restart' } as const] : []),
  ];
}

/** What a copy missed while it was not running. A second is what the platform's clock is exact to. */
function planClock({ secondsBehind }: IdentityFacts): Action[] {
  return secondsBehind === null || Math.abs(secondsBehind) <= 2 ? [] : [{ kind: 'set-clock' }];
}

/** A key that is made after sshd started is offered once sshd has read its configuration again. */
function planHostKeys(facts: IdentityFacts, asked: HostKeyExtent): Action[] {
  const extent = facts.hasBooted ? 'others' : asked;
  const types = facts.missingHostKeys.filter((type) => extent !== 'to-start-with' || isNeededToStart(type, facts));
  const keys: Action[] = types.map((type) => ({ kind: 'make-host-key', type }));
  if (extent !== 'others' || keys.length === 0) return keys;
  return [...keys, { kind: 'control-unit', unit: facts.sshdUnit, verb: 'try-reload-or-restart' }];
}

/**
 * One key is enough, and ed25519 is the one that takes no time: an rsa key takes seconds on a small machine. Where sshd would
 * not read that one, or the kernel does not allow it, all that sshd reads are made.
 */
function isNeededToStart(type: HostKeyType, { chosenHostKeys, isFips }: IdentityFacts): boolean {
  const isRead = (each: HostKeyType) => chosenHostKeys.length === 0 || chosenHostKeys.includes(hostKeyPath(each));
  return isRead('ed25519') && !isFips ? type === 'ed25519' : isRead(type);
}
