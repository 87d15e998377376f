import type { Step } from '../action/action.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../../core/system/system.ts';
import { planDriveEvents } from './config-drive.ts';
import { diskLanes, handleDisk, planDiskEvents } from '../disk/disk-events.ts';
import { cpuLanes, handleNic, nicLanes, planCpuEvents, planNicEvents } from './nic.ts';
import type { SpooledEvent } from '../event/spool.ts';
import type { Turn } from '../event/turn.ts';

/** How events of one kind of device are answered. */
export interface Handler {
  /** What may not be worked on at the same time as anything else of these names. */
  readonly lanes: (event: SpooledEvent) => string[];
  /**
   * What is to be done about the device now; nothing once it is what it should be.
   * @param events all that wait for one device, oldest first; at least one
   */
  readonly plan: (events: readonly SpooledEvent[], flags: Flags, system: System) => Promise<readonly Step[]>;
  /** Where there is more to it than carrying the plan out until nothing is left of it. */
  readonly handle?: (
    events: readonly SpooledEvent[],
    flags: Flags,
    system: System,
    turn: Turn,
  ) => Promise<StepOutcome[]>;
}

const disk: Handler = { lanes: diskLanes, plan: planDiskEvents, handle: handleDisk };

/** By the word that the rules give to spool-event. To add one: a line here, and a line in rules/86-gandi.rules. */
const handlers: Readonly<Record<string, Handler>> = {
  disk,
  'config-drive': { lanes: () => ['config-drive'], plan: planDriveEvents },
  nic: { lanes: nicLanes, plan: planNicEvents, handle: handleNic },
  cpu: { lanes: cpuLanes, plan: planCpuEvents },
};

/** Who answers this event; what no handler is known for, such as a word of the admin's own rules, is taken for a disk. */
export function handlerOf({ handler }: SpooledEvent): Handler {
  return Object.hasOwn(handlers, handler) ? (handlers[handler] ?? disk) : disk;
}
