import { passwordHash, sshKey } from '../test/vm/payloads.ts';

/** What the first boot of the bench applies, as the agent's payload. */
export const content = {
  vm_hostname: 'web1',
  nameservers: ['192.0.2.53'],
  vif: [
    {
      vif_number: 0,
      pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } }],
    },
  ],
  vm_conf: { password: passwordHash, user: 'admin', ssh_key: sshKey, run: 'touch /root/was-run' },
};

const userData = {
  hostname: 'web1',
  disable_root: false,
  users: [
    { name: 'admin', shell: '/bin/bash', passwd: passwordHash, lock_passwd: false, ssh_authorized_keys: [sshKey] },
  ],
  chpasswd: { expire: false, users: [{ name: 'root', password: passwordHash }] },
  runcmd: ['touch /root/was-run'],
  // It makes new ones otherwise, and an rsa key takes as long as all else that it does. The agent keeps those of the image too.
  ssh_deletekeys: false,
};

const networkConfig = {
  version: 2,
  ethernets: {
    nic0: {
      match: { macaddress: '52:54:00:00:00:01' },
      'set-name': 'eth0',
      addresses: ['192.0.2.10/24'],
      gateway4: '192.0.2.254',
      nameservers: { addresses: ['192.0.2.53'] },
    },
  },
};

/** The same for cloud-init. JSON is YAML. */
export const cloudInitFiles: Readonly<Record<string, string>> = {
  '/var/lib/cloud/seed/nocloud/meta-data': 'instance-id: bench-1\n',
  '/var/lib/cloud/seed/nocloud/user-data': `#cloud-config\n${JSON.stringify(userData)}\n`,
  '/var/lib/cloud/seed/nocloud/network-config': `${JSON.stringify(networkConfig)}\n`,
};

const isVolume = 'SUBSYSTEM=="block", ACTION=="add", ENV{ID_VENDOR}=="gandi.ne", ENV{ID_FS_USAGE}=="filesystem"';

export const mountRule: Readonly<Record<string, string>> = {
  '/etc/udev/rules.d/90-mount.rules': `${isVolume}, ENV{ID_FS_LABEL}=="?*", RUN+="/usr/bin/systemd-mount --no-block --collect --automount=no --options=nosuid,nodev $devnode /srv/$env{ID_FS_LABEL}"\n`,
};

export const mountShell: Readonly<Record<string, string>> = {
  '/etc/mount-shell': [
    'udevadm monitor --udev --subsystem-match=block | while read -r _ _ action path _; do',
    `  name=/dev/\${path##*/}`,
    '  [ "$action" = remove ] && umount --quiet --lazy "$name"',
    '  [ "$action" = add ] || continue',
    '  label=$(blkid --output value --match-tag LABEL "$name") || continue',
    '  case $(udevadm info --query=property --property=ID_VENDOR --value "$name") in gandi.ne) ;; *) continue ;; esac',
    '  [ -n "$label" ] && mkdir -p "/srv/$label" && mount -o nosuid,nodev "$name" "/srv/$label"',
    'done',
    '',
  ].join('\n'),
  '/etc/systemd/system/mount-shell.service': '[Service]\nExecStart=/bin/bash /etc/mount-shell\n',
  '/etc/systemd/system/multi-user.target.d/mount-shell.conf': '[Unit]\nWants=mount-shell.service\n',
};
