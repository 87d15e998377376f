import { describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { addressOf, nameOf } from './nic-commands.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { webServer } from './payloads.ts';

/** The second interface is a private network that is attached later. */
const payload = {
  config: {
    ...webServer,
    vif: [...webServer.vif, { vif_number: 1, pna: [{ pna_address: '10.1.0.5', pvn: { pvn_network: '10.1.0.0/24' } }] }],
  },
};

const onlineCpus = 'cat /sys/devices/system/cpu/online';
/** Blocks of memory by their state. */
const blocks = 'cat /sys/devices/system/memory/memory*/state | sort | uniq -c | tr -s " "';
/** What an admin, or the upgrade of a package, may start at any time. */
const triggers =
  'udevadm trigger && udevadm trigger --action=add && udevadm trigger --action=offline --subsystem-match=memory --subsystem-match=cpu && udevadm settle';

describe('Debian 12, with NICs, CPUs and memory that come and go', () => {
  const guest = sharedGuest({ debian: 12, payload });

  test('a NIC that the payload describes gets its static address; L2: the default route by a VPN stays', async () => {
    await guest().expect(
      'ip link add wg0 type wireguard; ip address add 10.99.0.1/24 dev wg0; ip link set wg0 up; ip route add default dev wg0 metric 5',
    );
    await guest().expect("printf '#!/bin/sh\\necho $INTERFACE >>/run/attached\\n' >/etc/gandi/hooks/post-iface-attach");
    await guest().expect("sed -i 's/^CONFIG_LOG_LEVEL=.*/CONFIG_LOG_LEVEL=debug/' /etc/default/gandi");
    const before = await guest().expect('ip route show default');
    expect(before).toContain('dev wg0');
    const nic = await guest().attachNic();
    const link = await guest().waitFor(nameOf(nic.macAddress), 60);
    await guest().waitFor(`${addressOf(link)} | grep --silent 10.1.0.5/24`, 60);
    await untilIdle(guest());
    expect(await guest().expect('ip route show default')).toBe(before);
    expect(await guest().expect('cat /run/attached')).toBe(link);
    expect(await guest().expect(`cd /proc/sys/net/ipv4/conf/${link}; cat arp_announce arp_filter rp_filter`)).toBe(
      '2\n0\n0',
    );
    expect(await guest().expect('ip rule')).toMatch(/from 10\.1\.0\.5 lookup 86\d\d\d/);

    await nic.detach();
    await guest().waitFor(`! test -e /etc/network/interfaces.d/${link}`);
    await untilIdle(guest());
    expect(await guest().expect('ip rule')).not.toContain('10.1.0.5');
    expect(await guest().expect('ip route show default')).toBe(before);
    expect(await guest().expect('ls /run/gandi/nics | wc --lines')).toBe('1');
  });

  test('a NIC that nothing describes gets DHCP; its client ends with it', async () => {
    // The payload's second interface is taken by the first NIC that the kernel meets: this is the third.
    const second = await guest().attachNic();
    await guest().waitFor(nameOf(second.macAddress), 60);
    const third = await guest().attachNic();
    const link = await guest().waitFor(nameOf(third.macAddress), 60);
    await guest().waitFor(`${addressOf(link)} | grep --silent 10.4.0.100/24`, 90);
    expect(await guest().expect(`cat /etc/network/interfaces.d/${link}`)).toContain(`iface ${link} inet dhcp`);
    await untilIdle(guest());
    const route = await guest().expect('ip route show default');
    expect(route.split('\n').filter((line) => !line.includes('wg0'))[0]).toContain('via 192.0.2.254');
    await third.detach();
    // Spelled so that it does not find the shell that looks.
    await guest().waitFor(`! pgrep --full 'dhclien[t].*${link}'`);
    await second.detach();
    await untilIdle(guest());
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
  });

  test('a CPU and memory that are attached are online, all of it and nothing else', async () => {
    await guest().attachCpu();
    await guest().attachMemory(384);
    await guest().waitFor(`[ "$(${onlineCpus})" = 0-1 ]`);
    await guest().waitFor('[ -e /sys/devices/system/memory/memory34 ] && udevadm settle');
    // One block that an admin can put offline in any case: of the others the kernel may hold a page that cannot be moved.
    await guest().expect('sed -i s/CONFIG_MEMORY_MOVABLE=0/CONFIG_MEMORY_MOVABLE=1/ /etc/default/gandi');
    await guest().attachMemory(128);
    await guest().waitFor('[ -e /sys/devices/system/memory/memory35 ] && udevadm settle');
    expect(await guest().expect(blocks)).toBe(' 8 online');
    expect(Number(await guest().expect("awk '/MemTotal/ { print $2 }' /proc/meminfo"))).toBeGreaterThan(900 * 1024);
  });

  test('L4: neither the events of being online nor `udevadm trigger` take memory away', async () => {
    await guest().expect(triggers);
    expect(await guest().expect(blocks)).toBe(' 8 online');
  });

  test('L5: a CPU and memory that the admin puts offline stay offline, whatever is triggered', async () => {
    await guest().expect('echo 0 >/sys/devices/system/cpu/cpu1/online');
    await guest().expect('echo offline >/sys/devices/system/memory/memory35/state');
    await guest().expect(triggers);
    expect(await guest().expect(onlineCpus)).toBe('0');
    expect(await guest().expect(blocks)).toBe(' 1 offline\n 7 online');
  });

  test('`doctor` says why memory and CPUs are not there', async () => {
    const { stdout } = await guest().run('gandi-agent doctor');
    expect(stdout).toMatch(/128 MiB of memory .* offline/);
    expect(stdout).toMatch(/1 CPU .* offline/);
    await guest().expect('echo 1 >/sys/devices/system/cpu/cpu1/online');
  });

  test('memory that is kept movable goes when the platform asks for it', async () => {
    const memory = await guest().attachMemory(128);
    const zone = 'cat /sys/devices/system/memory/memory36/valid_zones';
    expect(await guest().waitFor(`grep --silent online /sys/devices/system/memory/memory36/state && ${zone}`)).toBe(
      'Movable',
    );
    await memory.detach();
    await guest().waitFor('! test -e /sys/devices/system/memory/memory36');
  });

  test('nothing is put online where the flags say so', async () => {
    for (const line of ['CONFIG_CPU_HOTPLUG=0', 'CONFIG_MEMORY_HOTPLUG=0']) {
      await guest().expect(`sed -i s/^${line.replace('0', '1')}/${line}/ /etc/default/gandi`);
    }
    await guest().attachCpu();
    await guest().attachMemory(128);
    await guest().waitFor('[ -e /sys/devices/system/cpu/cpu2 ] && [ -e /sys/devices/system/memory/memory36 ]');
    await guest().expect('udevadm settle');
    expect(await guest().expect(onlineCpus)).toBe('0-1');
    expect(await guest().expect('cat /sys/devices/system/memory/memory36/state')).toBe('offline');
  });

  test('CONFIG_NIC_HOTPLUG=0: no event of a NIC is handed over', async () => {
    const handedOver = 'udevadm test --action=add /sys/class/net/e*0* 2>&1 | grep --count spool-event || true';
    expect(await guest().expect(handedOver)).not.toBe('0');
    await guest().expect('sed -i "s/^CONFIG_NIC_HOTPLUG=1/CONFIG_NIC_HOTPLUG=0/" /etc/default/gandi');
    expect(await guest().expect(handedOver)).toBe('0');
  });

  // Last, as QEMU 7.2 does not survive the next CPU under emulation.
  test('a CPU goes when the platform asks for it', async () => {
    await guest().qmp.execute('device_del', { id: 'cpu-1' });
    await guest().waitFor('! test -e /sys/devices/system/cpu/cpu1');
  });
});
