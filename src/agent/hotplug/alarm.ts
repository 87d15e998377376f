/** Calls back later. An interface of ours, so that tests need no timers. */
export interface Alarm {
  /** @returns what to call where it is no longer wanted */
  after(seconds: number, ring: () => void): () => void;
}

export const alarm: Alarm = {
  after(seconds, ring) {
    const timer = setTimeout(ring, seconds * 1000);
    return () => clearTimeout(timer);
  },
};
