import type { Qmp } from './qmp.ts';

/** What can be plugged into a guest, running or not yet started, and pulled again. */
export interface Pluggable {
  plug(qmp: Qmp): Promise<void>;
  /** Returns when the guest has let go of it. */
  unplug(qmp: Qmp): Promise<void>;
}
