import type { BuildDoors } from './build-doors.ts';

/**
 * Runs a program of the tree with the tree as its root, in name spaces of its own: what it mounts and starts ends with it,
 * whatever ends it.
 * @param onLine gets each line that it says
 * @param devices which of the host it sees: `all` lets it write disks
 * @returns its exit status
 */
export function runInside(
  { processes, proxies, signal }: BuildDoors,
  tree: string,
  command: readonly string[],
  onLine: (line: string) => void,
  devices: 'harmless' | 'all' = 'harmless',
): Promise<number> {
  const args = ['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', enter, 'sh', tree, devices, ...command];
  const environment = { ...proxies, DEBIAN_FRONTEND: 'noninteractive', INITRD: 'No', HOME: '/root' };
  return processes.follow('unshare', args, onLine, { environment, signal });
}

/** The same for every command; the tree and the command are its arguments. */
const enter = `set -e
cd "$1"
devices=$2
shift 2
mount --bind . .
cd "$PWD"
mkdir -p proc sys dev run
mount -t proc proc proc
mount --rbind /sys sys
mount -o remount,bind,ro sys
if [ "$devices" = all ]; then
  mount --rbind /dev dev
else
  mount -t tmpfs -o mode=755,nosuid tmpfs dev
  for name in null zero full random urandom tty; do
    : > dev/$name
    mount --bind /dev/$name dev/$name
  done
  ln -s /proc/self/fd dev/fd
fi
mount -t tmpfs tmpfs run
if [ -e /etc/resolv.conf ]; then
  mkdir -p run/systemd/resolve
  cp /etc/resolv.conf run/systemd/resolve/stub-resolv.conf
fi
exec chroot . "$@"
`;
