import type { System } from '../../core/system/system.ts';

const clock = '/sys/class/rtc/rtc0/since_epoch';

/**
 * What the platform's clock shows, in seconds since 1970 (Documentation/ABI/testing/sysfs-class-rtc of Linux).
 * @returns undefined where there is none, and where it shows local time, as hwclock(8) notes in /etc/adjtime
 */
export async function observeRealTimeClock({ files }: System): Promise<number | undefined> {
  const isLocal = /^LOCAL$/m.test((await files.read('/etc/adjtime')) ?? '');
  const text = (await files.read(clock))?.trim() ?? '';
  return isLocal || !/^\d+$/.test(text) ? undefined : Number(text);
}
