import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootDisk, type Firmware } from '../../lab/boot-disk.ts';
import { builtPackage } from '../../lab/agent-image.ts';
import { debianMirror } from '../../lab/apt-sources.ts';

const minute = 60_000;

let folder: string;

/** A unit that says on the serial port what the machine is like once it has started, and powers it off. */
const report = `#!/bin/sh
set -eu
cat >/etc/systemd/system/report.service <<'EOF'
[Unit]
After=multi-user.target ssh.service gandi-postboot.service
[Service]
Type=oneshot
StandardOutput=file:/dev/ttyS0
ExecStart=/bin/sh -c 'echo @@ failed $(systemctl list-units --state=failed --no-legend --plain | cut -d" " -f1); \\
  echo @@ root $(findmnt --noheadings --output SOURCE,FSTYPE,LABEL /); \\
  echo @@ firmware $(test -d /sys/firmware/efi && echo ovmf || echo bios); \\
  echo @@ keys $(ls /etc/ssh/ssh_host_*_key | wc -l); \\
  echo @@ ssh $(systemctl is-active ssh.service); \\
  echo @@ agent $(systemctl is-active gandi-bootstrap.service gandi-config.service); \\
  echo @@ machine-id $(cat /etc/machine-id); \\
  echo @@ left $(ls /usr/sbin/policy-rc.d /usr/local/bin/install-packages /etc/apt/apt.conf.d/*image* /etc/*/*.d/*mmdebstrap 2>/dev/null | wc -l); \\
  echo @@ host $(hostname); \\
  echo @@ divert $(dpkg-divert --list "*/start-stop-daemon" | wc -l); \\
  echo @@ end'
ExecStartPost=/bin/systemctl poweroff --no-block
[Install]
WantedBy=multi-user.target
EOF
ln -s ../report.service /etc/systemd/system/multi-user.target.wants/report.service
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'built-image-'));
  const hooks = join(folder, 'elements/report/install.d');
  await mkdir(hooks, { recursive: true });
  await writeFile(join(hooks, '70-report'), report);
  await chmod(join(hooks, '70-report'), 0o755);
  const elements = [
    'vm',
    'block-device-efi',
    'debian-minimal',
    'gandi-vm-agent',
    'simple-init',
    'openssh-server',
    'report',
  ];
  await build(['-t', 'qcow2', '-o', 'image', ...elements]);
}, 40 * minute);

afterAll(() => rm(folder, { recursive: true }));

describe('an image of vm, debian-minimal and the agent', () => {
  test.each<Firmware>(['bios', 'ovmf'])(
    'starts by its own loader under %s, with the agent and sshd',
    async (firmware) => {
      const said = await bootDisk(join(folder, 'image.qcow2'), firmware, folder, 9 * 60);
      const facts = Object.fromEntries(
        [...said.matchAll(/@@ (\S+) (.*?)\r?$/gm)].map(([, key, value]) => [key, value]),
      );
      expect(facts).toMatchObject({
        firmware,
        root: expect.stringMatching(/^\/dev\/vda3 ext4 cloudimg-rootfs$/),
        keys: '3',
        ssh: 'active',
        agent: 'active active',
        'machine-id': expect.stringMatching(/^[0-9a-f]{32}$/),
        left: '0',
        host: 'debian',
        divert: '0',
      });
    },
    40 * minute,
  );
});

/** As somebody who calls disk-image-create. */
async function build(args: readonly string[]): Promise<void> {
  const log = join(folder, 'build.log');
  const environment = {
    ...process.env,
    DIB_RELEASE: 'bookworm',
    DIB_DISTRIBUTION_MIRROR: await debianMirror(),
    DIB_GANDI_VM_AGENT_PACKAGE: await builtPackage(),
    DIB_NO_TMPFS: '1',
    ELEMENTS_PATH: join(folder, 'elements'),
    TMP_DIR: folder,
  };
  const child = spawn(process.execPath, [resolve('src/provision/start.ts'), ...args, '--logfile', log], {
    argv0: 'disk-image-create',
    cwd: folder,
    env: environment,
    stdio: 'inherit',
  });
  const [status] = await once(child, 'exit');
  if (status !== 0)
    throw new Error(`the build failed with status ${status}:\n${(await readFile(log, 'utf8')).slice(-3000)}`);
}
