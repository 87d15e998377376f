/** systemd.unit(5), STRING ESCAPING FOR INCLUSION IN UNIT NAMES: `/srv/my-data` is `srv-my\x2ddata`. */
export function escapeUnitPath(path: string): string {
  const components = path.split('/').filter((component) => component !== '');
  const escaped = components
    .join('/')
    .replace(/^\.|[^A-Za-z0-9:_./]/gu, (character) =>
      [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  return escaped.replaceAll('/', '-');
}

/** The unit that systemd has for what is mounted there, systemd.mount(5): `/srv/my-data` is `srv-my\x2ddata.mount`. */
export function mountUnitOf(mountPoint: string): string {
  return `${escapeUnitPath(mountPoint)}.mount`;
}
