import type { StepOutcome } from '../action/apply-steps.ts';
import type { Loop } from '../action/loop.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../../core/system/system.ts';
import { driveLoop } from './config-drive.ts';
import { diskLanes, diskLoop, handleDisk } from '../disk/disk-events.ts';
import { cpuLanes, cpuLoop, handleNic, nicLanes, nicLoop } from './nic.ts';
import { becomeOwnMachine, copyLoop } from './resumed-copy.ts';
import type { SpooledEvent } from '../event/spool.ts';
import type { Turn } from '../event/turn.ts';

/** How events of one kind of device are answered. */
export interface Handler {
  /** What may not be worked on at the same time as anything else of these names. */
  readonly lanes: (event: SpooledEvent) => string[];
  /**
   * Drives the device to what it should be.
   * @param events all that wait for one device, oldest first; at least one
   */
  readonly loop: (events: readonly SpooledEvent[], flags: Flags, system: System) => Loop;
  /** Where there is more to it than the loop. */
  readonly handle?: (
    events: readonly SpooledEvent[],
    flags: Flags,
    system: System,
    turn: Turn,
  ) => Promise<StepOutcome[]>;
}

const disk: Handler = { lanes: diskLanes, loop: diskLoop, handle: handleDisk };

/** By the word that the rules give to spool-event. To add one: a line here, and a line in rules/86-gandi.rules. */
const handlers: Readonly<Record<string, Handler>> = {
  disk,
  'config-drive': { lanes: () => ['config-drive'], loop: driveLoop },
  nic: { lanes: nicLanes, loop: nicLoop, handle: handleNic },
  cpu: { lanes: cpuLanes, loop: cpuLoop },
  port: { lanes: () => ['port'], loop: copyLoop, handle: (_, flags, system) => becomeOwnMachine(flags, system) },
};

/** The handler that answers this event. A name without a handler, such as one from an admin's own rules, counts as a disk. */
export function handlerOf({ handler }: SpooledEvent): Handler {
  return Object.hasOwn(handlers, handler) ? (handlers[handler] ?? disk) : disk;
}
