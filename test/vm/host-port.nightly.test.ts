import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import { plugDisk } from '../../src/provision/guest/plug-disk.ts';
import { unplugDisk } from '../../src/provision/guest/unplug-disk.ts';
import { type HostAnswer, hostAnswerSchema } from '../../src/agent/host-request/host-answer.ts';
import type { GuestPort } from '../../lab/guest-port.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { sshKey, webServer } from './payloads.ts';

describe('a platform that gives its guest a port', () => {
  let told: GuestPort;
  const guest = sharedGuest({
    debian: 12,
    prepare: async (machine) => {
      told = await machine.attachPort('org.gandi.agent.0');
    },
  });
  /** The number of lines that were read already. */
  let read = 0;
  const next = async () => JSON.parse(await told.line(read++, 60));

  test('is told that the boot has ended, and of each thing that becomes of a disk once', async () => {
    expect(await next()).toMatchObject({ version: 1, sequence: 1, event: 'booted', reason: null, device: null });

    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'told', serial: 'vol-1' });
    const attached = await next();
    expect(attached).toMatchObject({
      sequence: 2,
      event: 'attached',
      serial: 'vol-1',
      path: '/srv/told',
      reason: null,
    });
    await untilIdle(guest());
    await guest().expect('systemctl restart gandi-mount');
    await untilIdle(guest());

    await disk.resize(256);
    expect(await next()).toMatchObject({ sequence: 3, event: 'grown', path: '/srv/told', bytes: 256 * 1024 * 1024 });
    await untilIdle(guest());

    await guest().expect('gandi-agent disk detach told');
    expect(await next()).toMatchObject({ sequence: 4, event: 'detached', serial: 'vol-1', reason: null });
    await untilIdle(guest());
    await disk.detach();

    const blank = await guest().attachDisk({ serial: 'vol-2' });
    expect(await next()).toMatchObject({ sequence: 5, event: 'refused', serial: 'vol-2', path: null, reason: 'blank' });
    await blank.detach();

    const pulled = await guest().attachDisk({ fileSystem: 'ext4', label: 'pulled', serial: 'vol-3' });
    expect(await next()).toMatchObject({ sequence: 6, event: 'attached', path: '/srv/pulled' });
    await pulled.detach();
    expect(await next()).toMatchObject({ sequence: 7, event: 'detached', serial: 'vol-3', reason: 'disk.gone' });
    await untilIdle(guest());
    expect(told.lines).toHaveLength(7);
  });

  /** Plugs the port, asks one thing after the other, and takes the port away. */
  const ask = async (...requests: readonly object[]) => {
    const port = await guest().attachPort('org.gandi.agent.1');
    const answers: unknown[] = [];
    for (const request of requests) {
      port.say(JSON.stringify({ version: 1, ...request }));
      answers.push(hostAnswerSchema.parse(JSON.parse(await port.line(answers.length, 60))));
    }
    await port.detach();
    return answers;
  };
  /** Writes to the disk, which takes as long as it is frozen. */
  const write = (name: string) =>
    guest().expect(`rm -f /run/${name}; systemd-run --quiet sh -c 'echo x >/srv/asked/${name}; touch /run/${name}'`);

  test('is answered on a port that it plugs to ask, and nothing runs before and after', async () => {
    await guest().attachDisk({ fileSystem: 'ext4', label: 'asked', serial: 'vol-4' });
    await guest().waitForMount('/srv/asked');
    await untilIdle(guest());
    expect(await guest().run('journalctl --boot --output=cat | grep "gandi-answer@"')).toMatchObject({ stdout: '' });
    expect(await ask({ ask: 'status', id: 'one' }, { ask: 'trim', serial: 'vol-4' }, { ask: 'reboot' })).toMatchObject([
      { id: 'one', result: 'done', status: { disks: [{ serial: 'vol-4', state: 'mounted' }] } },
      { ask: 'trim', result: 'done', paths: ['/srv/asked'] },
      { ask: null, result: 'refused', code: 'request.mistaken' },
    ]);
    const nothing = "test -z \"$(systemctl list-units --plain --no-legend --all 'gandi-answer@*' 'gandi-thaw-*')\"";
    await guest().waitFor(nothing);

    const [frozen] = await ask({ ask: 'freeze', seconds: 300 });
    expect(frozen).toMatchObject({ result: 'done', paths: ['/srv/asked'] });
    await write('after-thaw');
    expect(await guest().run('sleep 1; test -e /run/after-thaw')).toMatchObject({ exitCode: 1 });
    expect(await ask({ ask: 'detach', serial: 'vol-4' }, { ask: 'thaw' })).toMatchObject([
      { result: 'refused', code: 'disk.frozen' },
      { result: 'done', paths: ['/srv/asked'] },
    ]);
    await guest().waitFor('test -e /run/after-thaw');
    await guest().waitFor(nothing);
    expect(await guest().waitFor('systemctl is-system-running')).toBe('running');
  });

  test('nothing stays frozen past the deadline, though the agent is killed and nobody thaws', async () => {
    const port = await guest().attachPort('org.gandi.agent.1');
    port.say('{"version":1,"ask":"freeze","seconds":8}');
    expect(JSON.parse(await port.line(0, 60))).toMatchObject({ result: 'done', paths: ['/srv/asked'] });
    await guest().expect('systemctl kill --signal=KILL "gandi-answer@*"');
    await write('after-deadline');
    expect(await guest().run('test -e /run/after-deadline')).toMatchObject({ exitCode: 1 });
    await guest().waitFor('test -e /run/after-deadline');
    await port.detach();
  });

  const hook = (name: string, text: string) =>
    guest().expect(`printf '#!/bin/sh\\n${text}\\n' >/etc/gandi/hooks/${name} && chmod 755 /etc/gandi/hooks/${name}`);

  test('hooks of the admin run around a freeze, and one that fails before it keeps the disk from being frozen', async () => {
    await hook('pre-freeze', 'echo "$@" >/run/held');
    await hook('post-thaw', 'mv /run/held /run/resumed');
    expect(await ask({ ask: 'freeze', seconds: 300 })).toMatchObject([{ result: 'done', paths: ['/srv/asked'] }]);
    expect(await guest().expect('cat /run/held')).toBe('/srv/asked');
    expect(await ask({ ask: 'thaw' })).toMatchObject([{ result: 'done', paths: ['/srv/asked'], hook: null }]);
    expect(await guest().expect('cat /run/resumed')).toBe('/srv/asked');

    await hook('pre-freeze', 'exit 7');
    expect(await ask({ ask: 'freeze', seconds: 300 })).toMatchObject([
      { result: 'failed', hook: 'pre-freeze', message: expect.stringContaining('/etc/gandi/hooks/pre-freeze') },
    ]);
    expect(await guest().run('fsfreeze --unfreeze /srv/asked')).toMatchObject({ exitCode: 1 });
    await guest().expect('rm /etc/gandi/hooks/pre-freeze /etc/gandi/hooks/post-thaw');
  });

  test('a disk that it wants detached is let go of, or it is told who uses it', async () => {
    await guest().expect("systemd-run --quiet --unit=holder sh -c 'cd /srv/asked && exec sleep infinity'");
    const pid = await guest().waitFor('pgrep --exact sleep');
    expect(await ask({ ask: 'detach', serial: 'vol-4' })).toMatchObject([
      { result: 'refused', code: 'disk.busy', users: [`sleep (${pid})`] },
    ]);
    await guest().expect('findmnt /srv/asked && systemctl stop holder');
    expect(await ask({ ask: 'detach', serial: 'vol-4' })).toMatchObject([
      { result: 'done', detached: { mayBeRemoved: true } },
    ]);
    await guest().expect('! test -e /srv/asked');
    expect(JSON.parse(told.lines.at(-1) ?? '')).toMatchObject({ event: 'detached', serial: 'vol-4', reason: null });
  });

  test('a host plugs a disk in, is told where it is mounted, and takes it out once the guest has let go of it', async () => {
    const socket = told.hangUp();
    const { qmp, folder } = guest();
    const image = join(folder, 'plugged.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'plugged' });
    const disk = { image, format: 'raw', serial: 'vol-5', bus: 'scsi' } as const;
    expect(await plugDisk(qmp, socket, disk, 240)).toMatchObject({ event: 'attached', path: '/srv/plugged' });
    await guest().expect('findmnt /srv/plugged');
    await untilIdle(guest());
    await guest().expect("systemd-run --quiet --unit=keeper sh -c 'cd /srv/plugged && exec sleep infinity'");
    const unplug = () => unplugDisk(qmp, join(folder, 'qmp.sock'), 'vol-5', 240);
    await expect(unplug()).rejects.toMatchObject({ code: 'guest.busy' });
    await guest().expect('findmnt /srv/plugged && systemctl stop keeper');
    await unplug();
    await guest().expect('! test -e /srv/plugged && ! test -e /dev/disk/by-label/plugged');
  });

  const hash = `$6$askedsalt$${'x'.repeat(86)}`;

  test('a configuration that it sends is applied where the admin allows it, as far as it is another one', async () => {
    const apply = (configuration: object) => ask({ ask: 'apply', configuration });
    const conf = { password: hash, user: 'asked', timezone: 'Europe/Paris' };
    expect(await apply({ vm_hostname: 'asked' })).toMatchObject([{ code: 'request.switched-off' }]);
    await guest().expect(`echo 'CONFIG_HOST_REQUESTS="status detach trim freeze apply"' >>/etc/default/gandi`);
    const [first] = await apply({ vm_hostname: 'asked', vm_conf: conf });
    expect(first).toMatchObject({ result: 'done', code: null });
    const result = (answer: unknown) =>
      (answer as HostAnswer).parts.filter(({ result: each }) => each !== 'unchanged').map(({ part }) => part);
    expect(result(first)).toEqual(['hostname', 'user', 'password', 'timezone']);
    expect(await guest().expect('hostname; readlink /etc/localtime | grep --only-matching Europe.*')).toBe(
      'asked\nEurope/Paris',
    );
    await guest().expect(`getent shadow root asked | grep --count --fixed-strings askedsalt | grep --quiet 2`);
    await guest().expect('! test -e /gandi/asked.json && test "$(stat --format=%a /gandi/config)" = 600');
    await guest().expect('! journalctl --boot | grep --fixed-strings askedsalt');

    await guest().expect('hostname by-hand');
    const [second] = await apply({ vm_hostname: 'asked', vm_conf: { ...conf, timezone: 'Asia/Tokyo' } });
    expect(result(second)).toEqual(['timezone']);
    expect(await guest().expect('hostname; readlink /etc/localtime | grep --only-matching Asia.*')).toBe(
      'by-hand\nAsia/Tokyo',
    );
    expect(await guest().waitFor('systemctl is-system-running')).toBe('running');
  });

  test('the network, keys and disks that it sends are those of the machine that runs', async () => {
    const { vif, nameservers } = webServer;
    const configuration = {
      ...{ vif, nameservers, vm_conf: { ssh_key: sshKey } },
      disks: { pg: { serial: 'vol-7', path: '/var/lib/pg' } },
    };
    const [answer] = await ask({ ask: 'apply', configuration });
    expect(hostAnswerSchema.parse(answer).parts.filter(({ result }) => result !== 'unchanged')).toEqual([
      { part: 'ssh-keys', result: 'applied', code: null },
      { part: 'network', result: 'applied', code: null },
      { part: 'disks', result: 'applied', code: null },
    ]);
    expect(await guest().expect('cat /root/.ssh/authorized_keys')).toContain(sshKey);
    await guest().waitFor('ip -oneline -4 address show scope global | grep --fixed-strings 192.0.2.10/24');
    await guest().waitFor('ping -c 1 -W 5 192.0.2.254');
    await guest().attachDisk({ fileSystem: 'ext4', label: 'unsaid', serial: 'vol-7' });
    await guest().waitForMount('/var/lib/pg');
    expect(await guest().waitFor('systemctl is-system-running')).toBe('running');
  });

  test('what the admin switches off is refused, and without the port nothing is started', async () => {
    const set = (flag: string) => guest().expect(`echo '${flag}' >>/etc/default/gandi`);
    await set('CONFIG_HOST_REQUESTS="status"');
    expect(await ask({ ask: 'thaw' })).toMatchObject([{ result: 'refused', code: 'request.switched-off' }]);
    await set('CONFIG_HOST_PORT=0');
    const count = 'journalctl --boot --output=cat --unit "gandi-answer@*" | grep --count Finished';
    const before = await guest().expect(count);
    const port = await guest().attachPort('org.gandi.agent.1');
    await guest().expect('udevadm settle');
    await port.detach();
    expect(await guest().expect(count)).toBe(before);
  });
});
