import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execa } from 'execa';
import { takePlace } from '../../lab/qemu.ts';
import { bootDisk, type Firmware } from '../../lab/boot-disk.ts';
import { watchOwnMemory } from './own-memory.ts';
import { builtPackage } from '../../lab/agent-image.ts';
import { debianMirror } from '../../lab/apt-sources.ts';

const minute = 60_000;

/** As it is installed: memory of the sources is that of their compiler too. */
const program = resolve('dist/gandi-provision');

const elements = [
  'vm',
  'block-device-efi',
  'debian-minimal',
  'gandi-vm-agent',
  'simple-init',
  'openssh-server',
  'report',
];

/** What `image test` tries; Debian 13 costs minutes more and has the same agent. */
const release = 'bookworm';

let folder: string;

/**
 * A unit that says on the serial port what the machine is like once it has started, and powers it off. agetty(8) hangs up the
 * port when it starts, which may be seconds later: what writes to it then gets EIO.
 */
const report = `#!/bin/sh
set -eu
cat >/usr/local/sbin/report <<'EOF'
#!/bin/sh
echo @@ failed $(systemctl list-units --state=failed --no-legend --plain | cut -d" " -f1)
echo @@ root $(findmnt --noheadings --output SOURCE,FSTYPE,LABEL /)
echo @@ firmware $(test -d /sys/firmware/efi && echo ovmf || echo bios)
echo @@ keys $(ls /etc/ssh/ssh_host_*_key | wc -l)
echo @@ ssh $(systemctl is-active ssh.service)
echo @@ agent $(systemctl is-active gandi-bootstrap.service gandi-config.service)
echo @@ machine-id $(cat /etc/machine-id)
echo @@ left $(ls /usr/sbin/policy-rc.d /usr/local/bin/install-packages /etc/apt/apt.conf.d/*image* /etc/*/*.d/*mmdebstrap 2>/dev/null | wc -l)
echo @@ host $(hostname)
echo @@ divert $(dpkg-divert --list "*/start-stop-daemon" | wc -l)
dpkg-query --show --showformat='@package \${binary:Package} \${Version} \${Architecture} \${db:Status-Status}\\n'
echo @@ end
EOF
chmod 755 /usr/local/sbin/report
cat >/etc/systemd/system/report.service <<'EOF'
[Unit]
After=multi-user.target ssh.service gandi-postboot.service
[Service]
Type=oneshot
StandardOutput=file:/dev/ttyS0
ExecStartPre=/bin/systemctl mask --runtime --now serial-getty@ttyS0.service
ExecStart=/usr/local/sbin/report
ExecStopPost=/bin/systemctl poweroff --no-block
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
});

afterAll(() => rm(folder, { recursive: true }));

describe.each(['bookworm', 'trixie'])('an image of vm, debian-minimal of %s and the agent', (suite) => {
  /** Of the builder itself, in MB. */
  let ownMemory: number;

  beforeAll(async () => {
    ownMemory = await build(suite);
  }, 40 * minute);

  test('is made by a builder of at most 150 MB', () => {
    console.log(`the builder had ${ownMemory.toFixed(0)} MB`);
    expect(ownMemory).toBeGreaterThan(20);
    expect(ownMemory).toBeLessThanOrEqual(150);
  });

  test.each<Firmware>(['bios', 'ovmf'])(
    'starts by its own loader under %s, with the agent and sshd',
    async (firmware) => {
      const said = await bootDisk(join(folder, `${suite}.qcow2`), firmware, folder, 9 * 60);
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
      const installed = [...said.matchAll(/^@package ([^\s:]+)(?::\S+)? (\S+) (\S+) installed\r?$/gm)];
      expect(installed.length).toBeGreaterThan(100);
      expect(await listedPackages(suite)).toEqual(installed.map(([, ...fields]) => fields.join(' ')).sort());
    },
    40 * minute,
  );
});

describe('image test', () => {
  // Where the image is there already, the builder sees that nothing has changed.
  beforeAll(() => build(release), 40 * minute);

  /** The report comes from a script that is part of what the guest is given: it is there once the agent has run it. */
  test.each(descriptions)(
    'waits under $firmware until the agent of the image has applied a $kind',
    async ({ write, host, firmware }) => {
      const given = await write(join(folder, `given-${host}`));
      const place = await takePlace();
      try {
        const words = ['--firmware', firmware, '--json', '--seconds', '1500', ...given];
        const { stdout } = await execa(program, ['image', 'test', ...words, join(folder, `${release}.qcow2`)]);
        expect(JSON.parse(stdout)).toEqual([
          { firmware, seconds: expect.any(Number), status: 0, report: expect.objectContaining({ version: 1 }) },
        ]);
        expect(stdout).toContain(host);
      } finally {
        await place.release();
      }
    },
    40 * minute,
  );
});

interface Description {
  readonly kind: string;
  /** The name that it gives to the machine. */
  readonly host: string;
  readonly firmware: 'bios' | 'secure-boot';
  /** @returns the options of image test */
  write(path: string): Promise<readonly string[]>;
}

const descriptions: readonly Description[] = [
  {
    kind: 'config-drive',
    host: 'tried1',
    firmware: 'bios',
    write: async (path) => {
      await mkdir(join(path, 'openstack/latest'), { recursive: true });
      const metadata = { uuid: '7d3c8f0e-1b0a-4c56-9d0f-0a8a5f3f6a11', hostname: 'tried1' };
      await writeFile(join(path, 'openstack/latest/meta_data.json'), JSON.stringify(metadata));
      return ['--config-drive', path];
    },
  },
  {
    kind: 'payload',
    host: 'tried2',
    firmware: 'bios',
    write: async (path) => {
      await writeFile(path, JSON.stringify({ vm_hostname: 'tried2' }));
      return ['--payload', path];
    },
  },
  { kind: 'NoCloud volume', host: 'gandi-image-test', firmware: 'secure-boot', write: async () => [] },
];

/** Name, version and architecture of each package in the list of parts beside the image, as its address tells them. */
async function listedPackages(suite: string): Promise<readonly string[]> {
  const { components } = JSON.parse(await readFile(join(folder, `${suite}.cdx.json`), 'utf8'));
  return components
    .map(({ name, version, purl }: Readonly<Record<string, string>>) =>
      [name, version, new URL(purl ?? '').searchParams.get('arch')].join(' '),
    )
    .sort();
}

/** @returns how much memory the builder itself had, in MB */
async function build(suite: string): Promise<number> {
  const log = join(folder, `${suite}.log`);
  const environment = {
    ...process.env,
    DIB_RELEASE: suite,
    DIB_DISTRIBUTION_MIRROR: await debianMirror(),
    DIB_GANDI_VM_AGENT_PACKAGE: await builtPackage(),
    DIB_NO_TMPFS: '1',
    DIB_IMAGE_CACHE: join(folder, 'cache'),
    ELEMENTS_PATH: join(folder, 'elements'),
    TMP_DIR: folder,
  };
  if (!existsSync(program)) throw new Error(`${program} is missing: run \`make build\``);
  const child = spawn(program, ['image', 'build', '-t', 'qcow2', '-o', suite, ...elements, '--logfile', log], {
    cwd: folder,
    env: environment,
    stdio: 'inherit',
  });
  const end = new AbortController();
  const memory = watchOwnMemory(child.pid ?? 0, end.signal);
  const [status] = await once(child, 'exit');
  end.abort();
  if (status !== 0)
    throw new Error(`the build failed with status ${status}:\n${(await readFile(log, 'utf8')).slice(-3000)}`);
  return memory;
}
