import { describe, expect } from 'vitest';
import { sharedGuest, test } from './lab/story.ts';

const onlineCpus = 'cat /sys/devices/system/cpu/online';
/** Blocks of memory by their state. */
const blocks = 'cat /sys/devices/system/memory/memory*/state | sort | uniq -c | tr -s " "';
/** What an admin, or the upgrade of a package, may start at any time. */
const triggers =
  'udevadm trigger && udevadm trigger --action=add && udevadm trigger --action=offline --subsystem-match=memory --subsystem-match=cpu && udevadm settle';

describe('Debian 12', () => {
  const guest = sharedGuest({ debian: 12 });

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
