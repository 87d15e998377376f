import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { askGuest } from '../../src/provision/guest/unplug-disk.ts';
import { makeConfigDrive } from '../../lab/config-drive.ts';
import type { BootOptions } from '../../lab/boot.ts';
import type { Guest } from '../../lab/guest.ts';
import { keepMemory, type MemoryCopy } from '../../lab/memory-copy.ts';
import { test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const copies = Number(process.env.GANDI_COPIES ?? 3);

// The ssh-keyscan of OpenSSH 10 prints comments, which name the server.
const served =
  "ssh-keyscan -T 10 127.0.0.1 2>/dev/null | grep --invert-match '^#' | cut --delimiter=' ' --fields=2,3 | sort";
const stored = "cut --delimiter=' ' --fields=1,2 /etc/ssh/ssh_host_*_key.pub | sort";

/** What one copy has of its own. sshd is told of new keys with a reload, for which nobody waits. */
async function identityOf(guest: Guest) {
  const keys = await guest.waitFor(`keys=$(${served}); test "$keys" = "$(${stored})" && echo "$keys"`, 60);
  expect(keys.split('\n')).toHaveLength(3);
  const [machineId = '', hostname = ''] = (await guest.expect('cat /etc/machine-id; hostname')).split('\n');
  return { keys, machineId, hostname };
}

const secondsBehind = async (guest: Guest) => Date.now() / 1000 - Number(await guest.expect('date +%s.%N'));

describe.for([12, 13] as const)('copies that go on from the memory of a template, Debian %i', (debian) => {
  let folder = '';
  let copy: MemoryCopy | undefined;
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The template, once for all tests: it has booted, and says that it is copied. */
  async function template(boot: (options: BootOptions) => Promise<Guest>): Promise<MemoryCopy> {
    if (copy !== undefined) return copy;
    folder = await mkdtemp(join(tmpdir(), 'memory-copies-'));
    const guest = await boot({ debian });
    await guest.waitForBoot();
    await untilIdle(guest);
    // sshd of OpenSSH 9.8 and newer turns away a client that asks for keys again and again and never logs in.
    if (debian === 13) {
      await guest.expect('echo PerSourcePenalties no >/etc/ssh/sshd_config.d/lab.conf && systemctl reload ssh');
    }
    await guest.expect('touch /etc/gandi/template && sync');
    copy = await keepMemory(guest, folder);
    return copy;
  }

  test('a drive makes each a machine of its own, without a reboot', { timeout: 60 * 60_000 }, async ({ boot }) => {
    const from = await template(boot);
    const seen: Awaited<ReturnType<typeof identityOf>>[] = [];
    for (let number = 1; number <= copies; number++) {
      const guest = await boot({ debian, copy: from });
      const bootId = await guest.expect('cat /proc/sys/kernel/random/boot_id');
      expect(await guest.expect('test -e /etc/gandi/template; hostname')).not.toMatch(/copy/);
      const drive = join(guest.folder, 'drive.iso');
      await makeConfigDrive(drive, { fileSystem: 'iso9660', files: driveOf(number) });
      await guest.attachDisk({ image: drive, vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' });
      await guest.waitFor(`test "$(hostname)" = copy-${number} && ! test -e /etc/gandi/template`, 120);
      await untilIdle(guest);
      seen.push(await identityOf(guest));
      expect(Math.abs(await secondsBehind(guest))).toBeLessThan(5);
      expect(await guest.expect('ip -oneline -4 address show scope global')).toContain(`192.0.2.${10 + number}/24`);
      expect(await guest.expect('cat /proc/sys/kernel/random/boot_id')).toBe(bootId);
      expect(await guest.expect('systemctl --failed --no-legend')).toBe('');
      await guest.stop();
    }
    for (const key of ['keys', 'machineId', 'hostname'] as const)
      expect(new Set(seen.map((each) => each[key])).size).toBe(copies);
  });

  const attached: Readonly<Record<string, (guest: Guest) => Promise<unknown>>> = {
    'a NIC': (guest) => guest.attachNic(),
    'a port': (guest) => guest.attachPort('org.gandi.agent.1'),
    // Its port has both the handler of events and the answer restart the first boot: neither cuts the other off.
    'a question to apply a configuration': async (guest) => {
      await guest.expect(`echo 'CONFIG_HOST_REQUESTS="apply"' >>/etc/default/gandi`);
      const asked = { ask: 'apply', configuration: { vm_hostname: 'asked' } };
      expect(await askGuest(guest.qmp, guest.folder, asked, 240)).toMatchObject({ result: 'done', code: null });
      expect(await guest.expect('hostname')).toBe('asked');
    },
  };
  test.for(Object.entries(attached))(
    '%s does so too, and a data disk does not',
    { timeout: 20 * 60_000 },
    async ([, attach], { boot }) => {
      const guest = await boot({ debian, copy: await template(boot) });
      const before = await identityOf(guest);
      await guest.attachDisk({ fileSystem: 'ext4', label: 'data', serial: 'data' });
      await guest.waitForMount('/srv/data');
      await untilIdle(guest);
      expect(await identityOf(guest)).toEqual(before);
      await attach(guest);
      await guest.waitFor('! test -e /etc/gandi/template', 120);
      await untilIdle(guest);
      const after = await identityOf(guest);
      expect(after.machineId).not.toBe(before.machineId);
      expect(after.keys.split('\n').filter((key) => before.keys.includes(key))).toEqual([]);
      expect(Math.abs(await secondsBehind(guest))).toBeLessThan(5);
      expect(await guest.expect(`journalctl --boot --lines=1 --output=cat _MACHINE_ID=${after.machineId}`)).not.toBe(
        '',
      );
      expect(await guest.expect('systemctl --failed --no-legend')).toBe('');
    },
  );
});

/** What a copy on OpenStack is told: another instance, name and address. */
function driveOf(number: number) {
  return {
    'meta_data.json': { uuid: `copy-${number}`, name: `copy-${number}` },
    'network_data.json': {
      links: [{ id: 'tap0', type: 'ovs', ethernet_mac_address: '52:54:00:00:00:01' }],
      networks: [
        {
          id: 'network0',
          link: 'tap0',
          type: 'ipv4',
          ip_address: `192.0.2.${10 + number}`,
          netmask: '255.255.255.0',
          routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '192.0.2.254' }],
        },
      ],
    },
  };
}
