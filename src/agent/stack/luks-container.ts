/** The name below /dev/mapper by which a LUKS container is opened: systemd-cryptsetup's habit. */
export function mapperNameOf(uuid: string): string {
  return `luks-${uuid}`;
}
