/**
 * The program and arguments that start another program in name spaces of its own for mounts and processes. When it ends,
 * everything that it started and mounted ends with it, whatever ended it. A user other than root becomes root of a user
 * name space, in which the other users are those that /etc/subuid and /etc/subgid give to them.
 */
export function inNameSpaces(program: readonly string[], { isRoot }: { readonly isRoot: boolean }): string[] {
  const users = isRoot ? [] : asRoot;
  return [
    'unshare',
    ...users,
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--',
    'sh',
    '-c',
    oneOutput,
    'sh',
    ...program,
  ];
}

/** Does nothing, as root of a user name space: whether this user can have one. */
export const tryNameSpace: readonly string[] = ['unshare', '--user', '--map-root-user', '--map-auto', '--', 'true'];

/**
 * Removes a folder whose files belong to users of the user name space. A signal that a terminal sends to all of its programs,
 * as the one that ended the build, does not end it.
 */
export function removalAsRoot(folder: string): string[] {
  return ['sh', '-c', unstoppable, 'sh', 'unshare', ...asRoot, '--', 'rm', '-rf', '--', folder];
}

const unstoppable = 'trap "" HUP INT TERM; exec "$@"';

const asRoot = ['--user', '--map-root-user', '--map-auto'];

// Lines of both streams keep their order in one pipe.
const oneOutput = 'exec "$@" 2>&1';

/** Makes the tree the only root that a program and its children can see, and then runs the program. */
export function inRoot(tree: string, program: readonly string[]): string[] {
  return ['unshare', '--mount', '--', 'sh', '-c', enterRoot, 'sh', tree, ...program];
}

/**
 * The tree is moved over `/`, so that nothing of this host can be reached, and a user name space can still be made inside,
 * which chroot(2) alone would keep the kernel from (user_namespaces(7)).
 */
const enterRoot = 'set -e; cd "$1"; shift; mount -n --move . /; exec chroot . "$@"';

// mount -n: libmount's own records would be written into the tree.

/** What the first program in the name spaces mounts: its own processes, and memory for the build's folder. */
export function firstMounts(buildFolder: string, { inMemory }: { readonly inMemory: boolean }): string[] {
  return ['sh', '-c', mountFirst, 'sh', buildFolder, inMemory ? 'memory' : 'disk'];
}

// In a container whose /proc is covered in parts the kernel allows no new one; the old one serves.
const mountFirst = `set -e
mount -n -t proc proc /proc 2>/dev/null || true
if [ "$2" = memory ]; then mount -n -t tmpfs -o mode=755 tmpfs "$1"; fi`;

/** Mounts what programs in the tree expect. The devices are those that every program may use, and no disk. */
export function rootMounts(tree: string, hooksFolder: string): string[] {
  return ['sh', '-c', mountRoot, 'sh', tree, hooksFolder];
}

const mountRoot = `set -e
tree=$1
mount -n --rbind "$tree" "$tree"
cd "$tree"
mkdir -p proc sys dev tmp/in_target.d
mount -n -t proc proc proc 2>/dev/null || mount -n --rbind /proc proc
mount -n --rbind /sys sys
mount -n -o remount,bind,ro sys
mount -n -t tmpfs -o mode=755,nosuid tmpfs dev
for name in null zero full random urandom tty; do
  : > dev/$name
  mount -n --bind /dev/$name dev/$name
done
mkdir dev/pts dev/shm
chmod 1777 dev/shm
mount -n -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for pair in 0:stdin 1:stdout 2:stderr; do ln -s /proc/self/fd/\${pair%%:*} dev/\${pair#*:}; done
mount -n --bind "$2" tmp/in_target.d
mount -n -o remount,bind,ro tmp/in_target.d`;

/**
 * Takes all mounts off the tree, also those that hooks left there: what is mounted in the tree goes with the mount of the
 * tree on itself. One by one the kernel would refuse those that came from this host (mount_namespaces(7)).
 */
export function rootUnmounts(tree: string): string[] {
  return ['umount', '-n', '--lazy', tree];
}
