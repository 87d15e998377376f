import type { ArrayMember } from './member.ts';

/** What `mdadm --examine --export` says of the array that a member is of: lines `MD_UUID=…`. */
export function parseArrayReport(text: string): Pick<ArrayMember, 'uuid' | 'level' | 'devices'> {
  const value = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(text)?.[1];
  const uuid = value('MD_UUID');
  const isUuid = uuid !== undefined && /^[0-9a-f]{8}(?::[0-9a-f]{8}){3}$/.test(uuid);
  return { uuid: isUuid ? uuid : undefined, level: value('MD_LEVEL') ?? '', devices: Number(value('MD_DEVICES') ?? 0) };
}
