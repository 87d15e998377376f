import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { sharedMachine, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { bootDomain } from '../../lab/xen/boot-domain.ts';
import { attaching, type XenDisk } from '../../lab/xen/domain-disk.ts';
import { domainHardware, domainName } from '../../lab/xen/domain-config.ts';
import { addressOf, nameOf } from './nic-commands.ts';
import { passwordHash, sshKey, webServer } from './payloads.ts';

/** What the kernel tells of block devices while a test looks; appended, as a file that is emptied under its writer gets holes. */
const kernelEvents = '/run/kernel-events';
/** What makes an attached disk look as if it had just come; an upgrade of systemd does the first. */
const replays = [
  'systemctl restart systemd-udev-trigger.service',
  'udevadm trigger --action=add --subsystem-match=block --settle',
  'gandi-agent mount',
];

/** The bus that the agent was made for. One domain carries all tests, in this order; each figure is printed. */
describe('Debian 12 as a paravirtual domain of Xen', () => {
  const started = performance.now();
  let before = 0;
  const guest = sharedMachine(async () => {
    const domain = await bootDomain({ config: webServer, script: '#!/bin/sh\necho done >/root/script-ran\n' });
    console.log(`Xen: from the start to the first answer of the domain ${secondsSince(started)} s`);
    await domain.waitForBoot();
    await domain.expect(
      `systemd-run --quiet --unit=kernel-events sh -c 'udevadm monitor --kernel --property --subsystem-match=block >>${kernelEvents}'`,
    );
    return domain;
  }, ['cpio']);
  beforeEach(() => {
    before = performance.now();
  });
  afterEach(({ task }) => console.log(`Xen: ${task.name}: ${secondsSince(before)} s`));
  let data: XenDisk;

  const settled = async () => {
    await untilIdle(guest());
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
  };

  test('first boot: the payload on xvdz is applied, nothing of it stays there, and it is swap', async () => {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest().expect('cat /sys/hypervisor/type; hostname; cat /root/script-ran')).toBe('xen\nweb1\ndone');
    expect(await guest().expect('getent shadow root | cut --delimiter=: --fields=2')).toBe(passwordHash);
    expect(await guest().expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
    await guest().expect('ping -c 1 -W 5 192.0.2.254');
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe('/dev/xvdz');
    await guest().expect('sync');
    const image = await readFile(guest().swapDisk);
    for (const secret of [passwordHash, sshKey, 'vm_conf']) expect(image.includes(secret)).toBe(false);
  });

  test('a disk that is attached is mounted, by the name of its label', async () => {
    data = await guest().attachDisk({ name: 'xvdb', label: 'data' });
    await guest().waitForMount('/srv/data', 60);
    expect(await guest().expect('findmnt --noheadings --output=SOURCE /srv/data')).toBe('/dev/xvdb');
    await settled();
  });

  test('several at once, two of them with one label', async () => {
    const disks = [];
    for (const [name, label] of [
      ['xvdc', 'same'],
      ['xvdd', 'same'],
      ['xvde', 'other'],
    ] as const) {
      disks.push(await guest().attachDisk({ name, label }));
    }
    for (const folder of ['same', 'same_2', 'other']) await guest().waitForMount(`/srv/${folder}`, 60);
    await settled();
    // By device: the word `same` may mean either of two, and is refused.
    for (const { device } of disks) await guest().expect(`gandi-agent disk detach ${device}`);
    for (const disk of disks) await disk.detach();
    await guest().waitFor('[ "$(ls /srv)" = data ]', 60);
    await settled();
  });

  test('a disk that grows has its file system grown, while it is mounted', async () => {
    await data.resize(128);
    await guest().waitFor('test "$(findmnt --bytes --noheadings --output=SIZE /srv/data)" -gt 100000000', 60);
    await settled();
  });

  test('a disk that was detached stays so, whatever is replayed, and the agent says so', async () => {
    await guest().expect('dd if=/dev/urandom of=/srv/data/file bs=1M count=4 status=none');
    const sum = await guest().expect('sha256sum </srv/data/file');
    const said = await guest().expect('gandi-agent disk detach data');
    expect(said).toBe('/dev/xvdb is detached; it may be removed now');
    for (const command of replays) await guest().expect(command);
    await settled();
    expect(await guest().expect('grep xvdb /proc/mounts || true')).toBe('');
    expect(await guest().expect('gandi-agent disk list | grep xvdb')).toMatch(/detached.* may be removed/);
    expect(await guest().expect('gandi-agent disk explain xvdb')).toContain('detached; it may be removed now');

    await guest().expect('gandi-agent disk attach data');
    expect(await guest().expect('sha256sum </srv/data/file')).toBe(sum);
    await guest().expect('gandi-agent disk detach data');
    await data.detach();
    await guest().waitFor('! test -e /sys/block/xvdb && ! ls /run/gandi/disks | grep xvdb', 60);
    const kept = `mount -o ro ${data.backend} /mnt && sha256sum </mnt/file; umount /mnt; e2fsck -fn ${data.backend} >&2`;
    expect(await guest().dom0.expect(kept)).toBe(sum);
    await data.attach();
    await guest().waitForMount('/srv/data', 60);
    await settled();
  });

  test('a disk that is pulled while a program has it: Xen does not ask, the kernel does not flush, and the agent tells of it', async () => {
    await guest().expect('dd if=/dev/urandom of=/srv/data/unsynced bs=1M count=4 status=none');
    await guest().expect('systemd-run --quiet --unit=user --working-directory=/srv/data sleep 1000');
    const events = Number(await guest().expect(`wc --lines <${kernelEvents}`));
    await data.detach();
    await guest().waitFor('! findmnt /srv/data && ! test -e /srv/data', 60);
    await untilIdle(guest());
    const actions = await guest().expect(
      `tail --lines=+${events + 1} ${kernelEvents} | grep --only-matching '^ACTION=.*' | sort --unique`,
    );
    expect(actions).toBe('ACTION=remove');
    expect(await guest().dom0.expect(`debugfs -R 'stat /unsynced' ${data.backend} 2>&1`)).toContain('File not found');
    const told = await guest().expect('gandi-agent timeline --json --device=/dev/xvdb');
    expect(told).toContain('was pulled while it was mounted: what was not written to it yet is lost');
    // systemd knows that the unit needs the mount, so the agent has stopped it.
    await guest().expect('! systemctl is-active user.service');
    await guest().dom0.expect(`e2fsck -p ${data.backend} || [ $? = 1 ]`);
  });

  test('a NIC that is attached gets DHCP by the name that udev gives it, and leaves nothing behind', async () => {
    const nic = await guest().attachNic();
    const link = await guest().waitFor(nameOf(nic.macAddress), 60);
    expect(link).toBe('enX1');
    await guest().waitFor(`${addressOf(link)} | grep --silent 192.0.2.1`, 90);
    await settled();
    await nic.detach();
    await guest().waitFor(`! test -e /etc/network/interfaces.d/${link}`, 60);
    await settled();
    expect(await guest().expect('gandi-agent timeline')).not.toMatch(/have ifupdown configure *$/m);
    expect(await guest().expect('ip -oneline -4 address show scope global')).not.toContain(link);
  });

  test('a CPU that is attached is online, and goes when the platform takes it', async () => {
    await guest().setCpus(domainHardware.maximalCpus);
    await guest().waitFor('[ "$(nproc)" = 2 ]', 60);
    await guest().setCpus(1);
    await guest().waitFor('[ "$(nproc)" = 1 ]', 60);
  });

  test('memory beyond what it was started to hold is online; what a flag holds back is told as that and as nothing else', async () => {
    const blocks = (state: string) =>
      `[ "$(cat /sys/devices/system/memory/memory*/state | sort | uniq)" = '${state}' ]`;
    const count = 'ls -d /sys/devices/system/memory/memory* | wc --lines';
    const first = Number(await guest().expect(count));
    await guest().setMemory(domainHardware.maximalMemory + 128);
    await guest().waitFor(`[ "$(${count})" = ${first + 1} ] && ${blocks('online')}`, 60);
    await guest().expect("sed -i 's/^CONFIG_MEMORY_HOTPLUG=.*/CONFIG_MEMORY_HOTPLUG=0/' /etc/default/gandi");
    await guest().setMemory(domainHardware.maximalMemory + 256);
    await guest().waitFor('grep --quiet offline /sys/devices/system/memory/memory*/state', 60);
    await guest().waitFor('gandi-agent doctor --json | grep --quiet memory-offline', 60);
    expect((await guest().run('gandi-agent doctor --json')).stdout).not.toContain('memory-not-taken');
  });

  test('the domain restarts: nothing is applied again, and disks and swap are there', async () => {
    await data.attach();
    await guest().waitForMount('/srv/data', 60);
    await guest().expect('echo kept >/etc/hostname');
    await guest().reboot();
    expect(await guest().waitForBoot()).toBe('running');
    expect(await guest().expect('cat /etc/hostname; swapon --show=NAME --noheadings')).toBe('kept\n/dev/xvdz');
    await guest().waitForMount('/srv/data', 60);
  });

  test('a swap disk that is pulled in use is a problem in doctor and a failure in the timeline; one that comes back is enabled', async () => {
    await guest().dom0.expect(`xl block-detach ${domainName} xvdz`);
    await guest().waitFor('! test -e /sys/block/xvdz', 60);
    await untilIdle(guest());
    expect(await guest().expect('cat /proc/swaps')).toContain('/dev/xvdz\\040(deleted)');
    expect((await guest().run('gandi-agent doctor --json')).stdout).toContain('swap-pulled');
    const told = await guest().expect('gandi-agent timeline --json --device=/dev/xvdz');
    expect(told).toContain('/dev/xvdz was pulled while it was swap');
    await guest().dom0.expect(attaching('/dev/lab/domain-swap', 'xvdz'));
    await guest().waitFor('grep --quiet "^/dev/xvdz " /proc/swaps', 60);
  });
});

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
