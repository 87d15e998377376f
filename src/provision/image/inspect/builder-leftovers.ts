/** Something in an image that its build has left, or that must differ between machines. */
export interface Leftover {
  readonly path: string;
  readonly reason: string;
}

/** What is looked at, by path, and when it is left over: a text that is there, or anything there at all. */
export const leftoverChecks: readonly (Leftover & { readonly isFine?: (text: string) => boolean })[] = [
  { path: '/usr/sbin/policy-rc.d', reason: 'keeps services from being started by packages' },
  { path: '/usr/local/bin/install-packages', reason: 'a program of the builder' },
  { path: '/usr/local/bin/pkg-map', reason: 'a program of the builder' },
  { path: '/usr/local/bin/svc-map', reason: 'a program of the builder' },
  { path: '/usr/local/bin/dib-init-system', reason: 'a program of the builder' },
  { path: '/tmp/in_target.d', reason: 'the folder of hooks' },
  { path: '/etc/resolv.conf.ORIG', reason: "the image's own resolver configuration, put aside and not put back" },
  { path: '/etc/dpkg/dpkg.cfg.d/90-image-build', reason: 'packages are not written safely' },
  {
    path: '/etc/dpkg/dpkg.cfg.d/99mmdebstrap',
    reason: 'options of mmdebstrap, perhaps an unsafe way to write packages',
  },
  { path: '/etc/apt/apt.conf.d/99mmdebstrap', reason: 'options of mmdebstrap' },
  { path: '/etc/apt/apt.conf.d/90image-build', reason: 'a setting of apt for the build' },
  { path: '/etc/dib-manifests', reason: 'tells the environment of the build, perhaps with secrets' },
  {
    path: '/etc/machine-id',
    reason: 'all machines of this image would be one machine',
    isFine: (text) => ['', 'uninitialized'].includes(text.trim()),
  },
  { path: '/var/lib/dbus/machine-id', reason: 'all machines of this image would be one machine' },
  {
    path: '/var/lib/systemd/random-seed',
    reason: 'all machines of this image would begin with the same random numbers',
  },
  ...['dsa', 'ecdsa', 'ed25519', 'rsa'].map((kind) => ({
    path: `/etc/ssh/ssh_host_${kind}_key`,
    reason: 'all machines of this image would have the same host key',
  })),
  { path: '/root/.bash_history', reason: 'what somebody typed' },
  { path: '/root/.ssh/known_hosts', reason: 'hosts that somebody went to' },
];

/** @param found text of the paths that are there; empty for a folder or link */
export function leftoversIn(found: ReadonlyMap<string, string>): Leftover[] {
  return leftoverChecks.flatMap(({ path, reason, isFine }) => {
    const text = found.get(path);
    return text === undefined || isFine?.(text) ? [] : [{ path, reason }];
  });
}
