import { describe, expect } from 'vitest';
import { sharedGuest, test } from './lab/story.ts';
import { addressOf, expectSystemdAsked, nameOf } from './nic-commands.ts';
import { untilIdle } from './lab/until-idle.ts';
import { webServer } from './payloads.ts';

/** The second interface is a private network that is attached later. */
const payload = {
  config: {
    ...webServer,
    vif: [...webServer.vif, { vif_number: 1, pna: [{ pna_address: '10.1.0.5', pvn: { pvn_network: '10.1.0.0/24' } }] }],
  },
};

describe('Debian 12', () => {
  const guest = sharedGuest({ debian: 12, payload });

  test('one that the payload describes gets its static address; L2: the default route by a VPN stays', async () => {
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

    await expectSystemdAsked(guest());

    await nic.detach();
    await guest().waitFor(`! test -e /etc/network/interfaces.d/${link}`);
    await untilIdle(guest());
    expect(await guest().expect('ip rule')).not.toContain('10.1.0.5');
    expect(await guest().expect('ip route show default')).toBe(before);
    expect(await guest().expect('ls /run/gandi/nics | wc --lines')).toBe('1');
  });

  test('one that nothing describes gets DHCP; its client ends with it', async () => {
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
});
