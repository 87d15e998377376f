import { existsSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Guest } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { addressOf, nameOf } from './nic-commands.ts';

/** How often the agent was started for events of devices: the journal has an invocation for each. */
const starts =
  'journalctl --boot --unit=gandi-hotplug.service --output=json --output-fields=INVOCATION_ID | grep --only-matching \'"INVOCATION_ID":"[0-9a-f]*"\' | sort --unique | wc --lines';

describe('Debian 12 with ethtool', () => {
  const guest = sharedGuest({ debian: 12, system: 'ethtool' });

  test('links that software makes start nothing: 100 veth pairs, 0 starts of the agent', async () => {
    await untilIdle(guest());
    const before = await guest().expect(starts);
    expect(Number(before)).toBeGreaterThan(0);
    await guest().expect('for i in $(seq 100); do ip link add left$i type veth peer name right$i; done', 300);
    await guest().expect('ip link add bridge0 type bridge; ip link add wg0 type wireguard', 60);
    await guest().waitFor('udevadm settle --timeout=10', 300);
    await guest().expect('for i in $(seq 100); do ip link del left$i; done', 300);
    await guest().waitFor('udevadm settle --timeout=10', 300);
    expect(await guest().expect(starts)).toBe(before);
    expect(await guest().expect('ls /run/gandi/spool')).toBe('');
  });

  test('a NIC uses as many pairs of queues as there are CPUs, also when a CPU is added', async ({ skip }) => {
    if (!existsSync('/dev/net/tun')) skip('this machine has no /dev/net/tun');
    // Of QEMU's networks it has several queues alone. Nothing is on this host's end of it, so DHCP would wait for nobody.
    const network = { type: 'tap', ifname: `lab-${process.pid}`, queues: 4, script: 'no', downscript: 'no' };
    await guest().expect('sed -i s/^CONFIG_DHCP_FALLBACK=1/CONFIG_DHCP_FALLBACK=0/ /etc/default/gandi');
    const nic = await guest().attachNic({ queues: 4, network });
    const link = await guest().waitFor(nameOf(nic.macAddress), 60);
    const queues = `ls -d /sys/class/net/${link}/queues/rx-* | wc --lines`;
    await untilIdle(guest());
    expect(await guest().expect(queues)).toBe('1');
    await guest().attachCpu();
    await guest().waitFor(`[ $(${queues}) = 2 ]`, 60);
    await nic.detach();
  });
});

/** Which network manager runs should not matter to what has nothing to do with it. */
async function expectMemoryToComeAndGo(guest: Guest): Promise<void> {
  await guest.expect('sed -i s/^CONFIG_MEMORY_MOVABLE=0/CONFIG_MEMORY_MOVABLE=1/ /etc/default/gandi');
  // What a start does: Debian 13's kernel puts memory online itself, and is told how before it comes.
  await guest.expect('udevadm trigger --action=add --subsystem-match=memory && udevadm settle');
  const memory = await guest.attachMemory(128);
  const block = '/sys/devices/system/memory/memory32';
  await guest.waitFor(`grep --silent online ${block}/state`, 60);
  expect(await guest.expect(`cat ${block}/valid_zones`)).toBe('Movable');
  await memory.detach();
  await guest.waitFor(`! test -e ${block}`, 60);
  expect(await guest.expect('systemctl --failed --plain --no-legend')).toBe('');
}

test('Debian 13: memory that is attached is online, and what is offline stays so', async ({ boot }) => {
  const guest = await boot({ debian: 13 });
  await guest.waitForBoot();
  await guest.attachMemory(512);
  await guest.waitFor(
    '[ "$(grep --count online /sys/devices/system/memory/memory3[2-5]/state | wc --lines)" = 4 ]',
    60,
  );
  await guest.waitFor('! grep --silent offline /sys/devices/system/memory/memory*/state', 60);
  await guest.expect('echo offline >/sys/devices/system/memory/memory35/state');
  await guest.expect('udevadm trigger && udevadm trigger --action=add && udevadm settle');
  expect(await guest.expect('cat /sys/devices/system/memory/memory*/state | sort | uniq -c | tr -s " "')).toBe(
    ' 1 offline\n 7 online',
  );
});

describe.each([
  [13, 'networkd', '/etc/systemd/network'],
  [12, 'networkmanager', '/etc/NetworkManager/system-connections'],
  [12, 'netplan', '/etc/netplan'],
] as const)('Debian %i with %s', (debian, system, folder) => {
  const guest = sharedGuest({ debian, system, takesCpus: true });

  test('a CPU that is attached is online', async () => {
    await guest().attachCpu();
    await guest().waitFor('[ "$(cat /sys/devices/system/cpu/online)" = 0-1 ]', 60);
  });

  test('memory that is attached is online and movable, and goes when the platform asks for it', () =>
    expectMemoryToComeAndGo(guest()));

  test('a NIC that is attached gets DHCP by it, and leaves nothing behind', async () => {
    await untilIdle(guest());
    await guest().expect("sed -i 's/^CONFIG_LOG_LEVEL=.*/CONFIG_LOG_LEVEL=debug/' /etc/default/gandi");
    const before = await guest().expect('ip route show default');
    const nic = await guest().attachNic();
    const link = await guest().waitFor(nameOf(nic.macAddress), 60);
    await guest().waitFor(`${addressOf(link)} | grep --silent 198.51.100.100/24`, 90);
    await untilIdle(guest());
    expect(await guest().expect(`grep --recursive --files-with-matches ${nic.macAddress} ${folder}`)).not.toBe('');
    expect(await guest().expect('ip route show default')).toBe(before);
    await nic.detach();
    await guest().waitFor('[ "$(ls /run/gandi/nics | wc --lines)" = 1 ]', 60);
    await untilIdle(guest());
    expect(await guest().expect(`grep --recursive --files-with-matches ${nic.macAddress} ${folder} || true`)).toBe('');
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
  });
});
