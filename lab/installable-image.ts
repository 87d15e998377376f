import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { globSync } from 'node:fs';
import { execa } from 'execa';
import { builtPackage } from './agent-image.ts';
import { debianMirror } from './apt-sources.ts';
import { cached, hashOf } from './cache.ts';
import { runOnHost } from './host-command.ts';

/** Says on the serial port that the machine has started, and as what. agetty(8) hangs up that port when it starts. */
const greeting = `#!/bin/sh
set -eu
cat >/etc/systemd/system/greeting.service <<'EOF'
[Unit]
After=multi-user.target gandi-postboot.service
[Service]
Type=oneshot
StandardOutput=file:/dev/ttyS0
ExecStartPre=/bin/systemctl mask --runtime --now serial-getty@ttyS0.service
ExecStart=/bin/sh -c 'echo @@ installed machine $(hostname) $(lsblk --noheadings --nodeps --output SIZE /dev/vda)'
[Install]
WantedBy=multi-user.target
EOF
ln -s ../greeting.service /etc/systemd/system/multi-user.target.wants/greeting.service
`;

/**
 * A packed image of Debian 12 with the agent, as `gandi-provision image build` makes it and a store serves it: with its sha256
 * beside it. Built again for each build of the agent's package.
 */
export async function installableImage(): Promise<string> {
  const packageFile = await builtPackage();
  const key = await hashOf(
    [greeting],
    [
      packageFile,
      import.meta.filename,
      ...globSync('elements/**/*', { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort(),
    ],
  );
  return join(await cached('installable', key, (folder) => build(folder, packageFile)), 'debian-12.raw.zst');
}

async function build(folder: string, packageFile: string): Promise<void> {
  const hooks = join(folder, 'elements/greeting/install.d');
  await mkdir(hooks, { recursive: true });
  await writeFile(join(hooks, '70-greeting'), greeting);
  await chmod(join(hooks, '70-greeting'), 0o755);
  const words = [
    'image',
    'build',
    '-t',
    'raw',
    '-o',
    join(folder, 'debian-12'),
    'vm',
    'debian-minimal',
    'gandi-vm-agent',
    'simple-init',
    'openssh-server',
    'greeting',
  ];
  const log = join(folder, 'build.log');
  await execa(process.execPath, [resolve('src/provision/start.ts'), ...words, '--logfile', log], {
    env: {
      DIB_RELEASE: 'bookworm',
      DIB_DISTRIBUTION_MIRROR: await debianMirror(),
      DIB_GANDI_VM_AGENT_PACKAGE: packageFile,
      DIB_NO_TMPFS: '1',
      ELEMENTS_PATH: join(folder, 'elements'),
      TMP_DIR: folder,
    },
  });
  const image = join(folder, 'debian-12.raw');
  await runOnHost('zstd', ['-3', '--quiet', '--rm', image]);
  const { stdout } = await execa('sha256sum', ['debian-12.raw.zst'], { cwd: folder });
  await writeFile(`${image}.zst.sha256`, `${stdout}\n`);
  await rm(join(folder, 'elements'), { recursive: true });
}
