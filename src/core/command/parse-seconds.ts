import { UsageError } from './usage-error.ts';

// 24 days: what a timer of Node can count.
const maximum = 2_000_000;

/** @throws UsageError naming the option */
export function parseSeconds(option: string, text: string): number {
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= maximum) return seconds;
  throw new UsageError(`option ${option} needs a whole number of seconds up to ${maximum}, not '${text}'`);
}
