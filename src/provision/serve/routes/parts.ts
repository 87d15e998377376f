import type { Clock } from '../../../core/system/clock.ts';
import type { Files } from '../../../core/system/files.ts';
import type { Journal } from '../../../core/system/journal.ts';
import type { Store } from '../menus/store-files.ts';
import type { Profiles } from '../profiles/profile-schema.ts';
import type { Service } from '../service.ts';
import type { AccessRules } from './access.ts';

/** What the routes answer from. */
export interface Parts {
  readonly service: Service;
  readonly profiles: Profiles;
  /** undefined serves no files. */
  readonly store: Store | undefined;
  readonly access: AccessRules;
  /** Requests of one address within a second. */
  readonly requestsPerSecond: number;
  /** Whether a machine that asks for a run waits for its end; it may ask for the contrary. */
  readonly waits: boolean;
  readonly files: Files;
  readonly clock: Clock;
  readonly journal: Journal;
}
