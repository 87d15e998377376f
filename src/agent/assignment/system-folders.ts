/** With all that is in them: the system's own, what each boot makes again, and what systemd-tmpfiles(8) empties by age. */
const withContent = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/proc',
  '/run',
  '/sbin',
  '/sys',
  '/tmp',
  '/usr',
  '/var/lib/gandi',
  '/var/run',
  '/var/tmp',
];

/** Themselves only, as the system keeps its state right in them; a folder in them may be a disk's. */
const themselves = ['/', '/var', '/var/lib', '/var/log', '/var/cache', '/var/spool', '/root'];

/**
 * The folder of the system that a path is or is in, where no disk may be mounted.
 * @param path absolute, without `.`, `..` and double slashes
 */
export function systemFolderOf(path: string): string | undefined {
  if (themselves.includes(path)) return path;
  return withContent.find((folder) => isAtOrBelow(path, folder));
}

/** Whether a path is a folder, or leads to something in it. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
