// Options that take nothing, mount(8) and the pages of the file systems. None has another program run, another device
// opened or a mistake in the file system passed over.
const plain = new Set([
  ...['rw', 'ro', 'nosuid', 'nodev', 'noexec', 'exec', 'sync', 'async', 'dirsync', 'lazytime', 'nolazytime'],
  ...['noatime', 'atime', 'relatime', 'norelatime', 'strictatime', 'nodiratime', 'diratime', 'iversion', 'noiversion'],
  ...['discard', 'nodiscard', 'acl', 'noacl', 'user_xattr', 'nouser_xattr', 'barrier', 'delalloc', 'nodelalloc'],
  ...['usrquota', 'grpquota', 'prjquota', 'quota', 'noquota', 'uquota', 'gquota', 'pquota'],
  ...['inode32', 'inode64', 'largeio', 'nolargeio', 'swalloc', 'ikeep', 'noikeep', 'attr2', 'filestreams'],
  ...['compress', 'autodefrag', 'noautodefrag', 'ssd', 'nossd', 'datacow', 'nodatacow', 'datasum', 'nodatasum'],
  ...['utf8', 'quiet', 'showexec', 'windows_names', 'sparse'],
]);

const withValue: Readonly<Record<string, RegExp>> = {
  commit: /^\d{1,4}$/,
  data: /^(?:journal|ordered|writeback)$/,
  errors: /^(?:remount-ro|continue)$/,
  stripe: /^\d{1,8}$/,
  allocsize: /^\d{1,8}[km]?$/,
  logbufs: /^\d$/,
  logbsize: /^\d{1,6}k?$/,
  sunit: /^\d{1,8}$/,
  swidth: /^\d{1,8}$/,
  compress: /^(?:zlib|lzo|zstd)(?::\d{1,2})?$|^no$/,
  'compress-force': /^(?:zlib|lzo|zstd)(?::\d{1,2})?$/,
  discard: /^(?:async|sync)$/,
  space_cache: /^v[12]$/,
  subvol: /^[\w@.+/-]{1,255}$/,
  subvolid: /^\d{1,20}$/,
  uid: /^\d{1,10}$/,
  gid: /^\d{1,10}$/,
  umask: /^[0-7]{1,4}$/,
  fmask: /^[0-7]{1,4}$/,
  dmask: /^[0-7]{1,4}$/,
  iocharset: /^[\w-]{1,32}$/,
  shortname: /^(?:lower|win95|winnt|mixed)$/,
  codepage: /^\d{1,5}$/,
};

/** The first of the mount options that an assignment may not have; undefined where all are allowed. */
export function refusedOption(options: string): string | undefined {
  return options.split(',').find((option) => !isAllowed(option));
}

function isAllowed(option: string): boolean {
  if (plain.has(option)) return true;
  const [, name = '', value = ''] = /^([a-z_-]+)=(.*)$/.exec(option) ?? [];
  return Object.hasOwn(withValue, name) && withValue[name]?.test(value) === true;
}
