import type { TreeFile } from './plan-tree.ts';

/** Folders of kernel modules that nothing of an installation needs. */
const modulesLeftOut = [
  'arch/x86/kvm',
  'drivers/bluetooth',
  'drivers/comedi',
  'drivers/counter',
  'drivers/extcon',
  'drivers/gpu',
  'drivers/hwmon',
  'drivers/iio',
  'drivers/infiniband',
  'drivers/input/joystick',
  'drivers/input/touchscreen',
  'drivers/isdn',
  'drivers/leds',
  'drivers/media',
  'drivers/memstick',
  'drivers/mtd',
  'drivers/net/can',
  'drivers/net/ieee802154',
  'drivers/net/wireless',
  'drivers/net/wwan',
  'drivers/nfc',
  'drivers/parport',
  'drivers/pcmcia',
  'drivers/platform',
  'drivers/power',
  'drivers/rpmsg',
  'drivers/staging',
  'drivers/target',
  'drivers/thunderbolt',
  'drivers/usb/gadget',
  'drivers/video',
  'drivers/w1',
  'fs/9p',
  'fs/afs',
  'fs/ceph',
  'fs/coda',
  'fs/gfs2',
  'fs/jffs2',
  'fs/nfsd',
  'fs/ocfs2',
  'fs/orangefs',
  'fs/reiserfs',
  'fs/smb',
  'fs/ubifs',
  'fs/vboxsf',
  'fs/zonefs',
  'net/9p',
  'net/ax25',
  'net/batman-adv',
  'net/bluetooth',
  'net/can',
  'net/ceph',
  'net/ieee802154',
  'net/l2tp',
  'net/mac80211',
  'net/mpls',
  'net/nfc',
  'net/openvswitch',
  'net/rds',
  'net/sctp',
  'net/tipc',
  'net/wireless',
  'sound',
];

/**
 * What dpkg leaves out of every package, now and later: a machine that is being installed shows no manuals, and each
 * byte is sent to it and kept in its memory.
 */
const always = [
  ...['bug', 'doc', 'doc-base', 'info', 'lintian', 'locale', 'man'].map((name) => `/usr/share/${name}/*`),
  ...modulesLeftOut.map((folder) => `/lib/modules/*/kernel/${folder}/*`),
  '/lib/modules/*/kernel/lib/test_*',
  '/boot/System.map-*',
  // Of GRUB the one that is signed for the network is copied out of the tree.
  '/usr/lib/grub/x86_64-efi/*',
  '/usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed',
  '/usr/lib/grub/x86_64-efi-signed/grubnetx64-installer.efi.signed',
  '/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed',
  // Only xfs_scrub(8) needs it.
  '/usr/lib/*/libicu*',
  // Names of devices for people.
  '/lib/udev/hwdb.d/*',
  '/usr/lib/*/perl/*/CORE/*',
  '/usr/lib/*/perl/*/auto/Encode/*',
  '/usr/share/perl/*/CPAN*',
  '/usr/share/perl/*/pod/*',
];

/** grub-pc cannot be configured without them. */
const grubMenus = '/usr/share/grub/*';

/** @param isForDrive whether the tree has a boot loader of its own */
export function leftOut(isForDrive: boolean): readonly string[] {
  return isForDrive ? always : [...always, grubMenus];
}

/** The file in which dpkg finds that. */
export function leftOutFile(isForDrive: boolean): TreeFile {
  const content = leftOut(isForDrive)
    .map((pattern) => `path-exclude=${pattern}\n`)
    .join('');
  return { path: 'etc/dpkg/dpkg.cfg.d/preos', mode: 0o644, content };
}
