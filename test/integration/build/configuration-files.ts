/**
 * What an admin may edit, and an upgrade therefore keeps. The udev rules are not among it: a copy in /etc/udev/rules.d is the
 * admin's alone (udev(7)), and takes the place of ours.
 */
export function configurationFiles(flagFile: string, initScripts: readonly string[] = []): string[] {
  return [
    '/etc/auto.gandi',
    '/etc/auto.master.d/gandi.autofs',
    '/etc/gandi/hooks/post-disk-attach',
    '/etc/gandi/hooks/post-iface-attach',
    '/etc/gandi/hooks/post-thaw',
    '/etc/gandi/hooks/post-vm-config',
    '/etc/gandi/hooks/pre-disk-detach',
    '/etc/gandi/hooks/pre-freeze',
    '/etc/gandi/sysctl.conf',
    '/etc/kernel/postinst.d/gandi-decompress-kernel',
    flagFile,
    ...initScripts,
  ].sort();
}
