import type { Excuse, StepOutcome } from '../apply/apply-steps.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../system/system.ts';
import { handleConfigDrive } from './config-drive.ts';
import { diskLanes, handleDisk } from './disk.ts';
import { cpuLanes, handleCpu, handleNic, nicLanes } from './nic.ts';
import type { SpooledEvent } from './spool.ts';

/** How events of one kind of device are answered. */
export interface Handler {
  /** What may not be worked on at the same time as anything else of these names. */
  readonly lanes: (event: SpooledEvent) => string[];
  /** @param events all that wait for one device, oldest first; at least one */
  readonly handle: (
    events: readonly SpooledEvent[],
    flags: Flags,
    system: System,
    excuse: Excuse,
  ) => Promise<StepOutcome[]>;
}

const disk: Handler = { lanes: diskLanes, handle: handleDisk };

/** By the word that the rules give to spool-event. To add one: a line here, and a line in rules/86-gandi.rules. */
const handlers: Readonly<Record<string, Handler>> = {
  disk,
  'config-drive': { lanes: () => ['config-drive'], handle: handleConfigDrive },
  nic: { lanes: nicLanes, handle: handleNic },
  cpu: { lanes: cpuLanes, handle: handleCpu },
};

/** Who answers this event; what no handler is known for, such as a word of the admin's own rules, is taken for a disk. */
export function handlerOf({ handler }: SpooledEvent): Handler {
  return Object.hasOwn(handlers, handler) ? (handlers[handler] ?? disk) : disk;
}
