import type { Alarm } from '../../../../src/agent/hotplug/alarm.ts';

/** An alarm whose time passes only when a test says so. */
export function fakeAlarm() {
  let now = 0;
  const set = new Set<{ readonly at: number; readonly ring: () => void }>();
  const alarm: Alarm = {
    after(seconds, ring) {
      const entry = { at: now + seconds, ring };
      set.add(entry);
      return () => set.delete(entry);
    },
  };
  const pass = (seconds: number) => {
    now += seconds;
    for (const entry of [...set].filter(({ at }) => at <= now)) {
      set.delete(entry);
      entry.ring();
    }
  };
  return { alarm, pass, waiting: () => set.size };
}
