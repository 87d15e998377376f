import type { System } from '../../core/system/system.ts';

export interface TimezoneFacts {
  /** Whether the zone that is wished for is installed. */
  readonly isKnown: boolean;
  /** Where /etc/localtime points; undefined if it is not a link. */
  readonly localtimeTarget: string | undefined;
  readonly timezoneFile: string | undefined;
}

// tz database: names are made of these, in up to three parts (America/Indiana/Knox).
const zonePattern = /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+){0,2}$/;

export async function observeTimezone(system: System, zone: string): Promise<TimezoneFacts> {
  const { files } = system;
  const zoneFile = zonePattern.test(zone)
    ? await files.readBytes(`/usr/share/zoneinfo/${zone}`).catch(notAFile)
    : undefined;
  return {
    // tzfile(5): every zone begins so; other files lie in that folder too.
    isKnown: zoneFile !== undefined && Buffer.from(zoneFile.subarray(0, 4)).toString('latin1') === 'TZif',
    localtimeTarget: await files.linkTarget('/etc/localtime'),
    timezoneFile: await files.read('/etc/timezone'),
  };
}

/** A folder of zones: `Europe`. */
function notAFile(): undefined {
  return undefined;
}
