import type { FileSystemTraits } from './file-systems.ts';

// A set-uid program or a device node on a stranger's disk would be a way to root.
const always = ['nosuid', 'nodev'];
const never = new Set(['suid', 'dev', 'defaults', 'user', 'users', 'owner', 'group', '']);

/** The admin's CONFIG_MOUNT_PARAMS made safe: nosuid and nodev whatever it says, read-only where the disk is. */
export function mountOptions(
  parameters: string,
  traits: Pick<FileSystemTraits, 'options'>,
  readOnly: boolean,
): string[] {
  const wanted = parameters.split(',').map((option) => option.trim());
  const admins = wanted.filter((option) => !never.has(option) && !(readOnly && option === 'rw'));
  return [...new Set([...admins, ...always, ...traits.options, ...(readOnly ? ['ro'] : [])])];
}
