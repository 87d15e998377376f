import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** The layout of gandi-hosting-vm2 as far as it meets ours: paths, conffiles, programs that its rules name. */
const files: Readonly<Record<string, string>> = {
  'etc/default/gandi': 'CONFIG_MOTD=1\nCONFIG_ALLOW_MOUNT=1\n',
  'etc/gandi/hooks/post-disk-attach': '# hook\n',
  'etc/gandi/sysctl.conf': 'vm.swappiness = 10\n',
  'etc/init.d/gandi-bootstrap': '#!/bin/sh\nrun-parts /usr/share/gandi/bootstrap.d\n',
  'etc/udev/rules.d/86-gandi.rules': [
    '#disabled#SUBSYSTEM=="block", ENV{ID_VENDOR}=="gandi.ne", RUN+="/usr/share/gandi/manage_data_disk.py"',
    'SUBSYSTEM=="memory", RUN+="/usr/share/gandi/manage_memory.script"',
    '',
  ].join('\n'),
  'lib/systemd/system/gandi-bootstrap.service': '[Service]\nExecStart=/usr/sbin/gandi-bootstrap\n',
  'lib/systemd/system/gandi-sshdkeygen.service': '[Service]\nExecStart=/usr/bin/ssh-keygen -A\n',
  'usr/sbin/gandi-bootstrap': '#!/bin/sh\n',
  'usr/share/gandi/bootstrap.d/01-config_swap': '#!/bin/sh\n',
};

const control = `Package: gandi-hosting-vm2
Version: 2.43
Architecture: all
Maintainer: tests <tests@example.invalid>
Description: the agent before
`;

/** Builds the package of the old agent's layout. @returns the path of the deb */
export async function buildOldPackage(folder: string): Promise<string> {
  const tree = join(folder, 'gandi-hosting-vm2');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
    if (/init\.d|sbin|bootstrap\.d/.test(path)) await chmod(join(tree, path), 0o755);
  }
  await mkdir(join(tree, 'DEBIAN'));
  await writeFile(join(tree, 'DEBIAN/control'), control);
  const conffiles = Object.keys(files).filter((path) => path.startsWith('etc/'));
  await writeFile(join(tree, 'DEBIAN/conffiles'), conffiles.map((path) => `/${path}\n`).join(''));
  await execa('dpkg-deb', ['--build', '--root-owner-group', tree, join(folder, 'old.deb')]);
  return join(folder, 'old.deb');
}

/** What its maintainer scripts made: enabled units, and links of the run levels. */
export async function enableOldPackage(root: string): Promise<void> {
  const links: Readonly<Record<string, string>> = {
    'etc/systemd/system/multi-user.target.wants/gandi-sshdkeygen.service':
      '/lib/systemd/system/gandi-sshdkeygen.service',
    'etc/rc2.d/S01gandi-bootstrap': '../init.d/gandi-bootstrap',
  };
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
}
