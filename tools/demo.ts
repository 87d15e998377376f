import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskListSchema } from '../src/agent/disk/describe-disk.ts';
import { renderDisks } from '../src/agent/disk/disk-table.ts';
import { wallClock } from '../src/agent/event/wall-clock.ts';
import { renderTimeline } from '../src/agent/status/timeline-lines.ts';
import { timelineReportSchema } from '../src/agent/status/timeline-report.ts';
import { portNames } from '../src/core/host-port/port-names.ts';
import { plugDisk } from '../src/provision/guest/plug-disk.ts';
import { unplugDisk } from '../src/provision/guest/unplug-disk.ts';
import { boot, discard } from '../lab/boot.ts';
import { type BuiltImage, builtImage, elements } from '../lab/built-image.ts';
import { makeDiskImage } from '../lab/disk-image.ts';
import type { Guest } from '../lab/guest.ts';
import { Qmp } from '../lab/qmp.ts';
import { untilIdle } from '../lab/until-idle.ts';
import { enterConsole } from './demo-console.ts';
import { openPage, type Page } from './demo-page.ts';
import { drawRecording } from './draw-recording.ts';

const payload = {
  config: {
    vm_hostname: 'web1',
    nameservers: ['192.0.2.53', '2001:db8::53'],
    vif: [
      {
        vif_number: 0,
        pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } }],
      },
    ],
    vm_conf: {
      password: '$6$demo$VmAHS.ZzvLcrn5nftPwcGFDmkQq5/XFWGV2pLbhAFEcR6x6CKfOr4Dr0A8e5Gcn/uZ2jq1.alwYpYrIquHTS2/',
      ssh_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKE/Ya7GirSOaJeN1IWQLe/Z0Lnzofg0wrr5gIwcZWqA you@example.net',
    },
  },
};

/** What bootstrap did, as the guest itself shows it. */
const sights = {
  'host name': 'hostname',
  hosts: 'grep web1 /etc/hosts',
  'root password': 'getent shadow root | cut -c 1-20 | sed "s/$/…/"',
  'ssh key': 'cut -c 1-56 /root/.ssh/authorized_keys | sed "s/$/…/"',
  network: 'ip -brief -4 address show scope global; ip route show default',
  resolver: 'cat /etc/resolv.conf',
  swap: 'swapon --show=NAME,SIZE,LABEL --noheadings',
  configuration: 'ls -l /gandi/config',
  'payload area': 'gandi-agent payload inspect /dev/vdb 2>&1 | head --lines=1',
} as const;

/** Of a build, steps that take less are not shown. */
const secondsShown = 1;

/** In the folder of a guest: where QEMU takes commands. */
const controlSocket = 'qmp.sock';

/** The guest may be emulated. */
const secondsToAnswer = 60;

/** Of what is shown, in characters. */
const width = 110;

const [, , command, folder] = process.argv;
if (command === 'enter' && folder !== undefined) await enterConsole(join(folder, 'console.sock'));
else if (command === 'end' && folder !== undefined) await endGuest(folder);
else await demo(openPage(), process.env.KEEP === '1', process.env.RECORD);
process.exit();

/** @param recording the file that gets the picture of all that was printed */
async function demo(page: Page, keep: boolean, recording: string | undefined): Promise<void> {
  page.heading('gandi-vm-agent: an image, its first boot, and the life of a disk');
  const image = await showBuild(page);
  page.moment('a guest is started from it; its swap disk carries the payload: name, network, password hash, ssh key');
  const guest = await boot({ debian: 12, image, payload, detached: keep });
  await showFirstBoot(page, guest);
  await showDisk(page, guest);
  await showTimeline(page, guest);
  if (recording) {
    const view = { title: 'make demo: a first boot, and the life of a disk', columns: width, rows: 36 };
    await writeFile(recording, drawRecording(page.printed, view));
  }
  if (keep) await leaveRunning(page, guest);
  else await discard(guest);
}

async function showBuild(page: Page): Promise<BuiltImage> {
  page.line(`# gandi-provision image build --types raw --output debian-12 ${elements.join(' ')}`);
  const image = await builtImage(12, (event) => {
    if (event.event === 'step' && event.seconds >= secondsShown)
      page.moment(`${event.step} (${event.seconds.toFixed(1)} s)`);
    if (event.event === 'unchanged') page.moment('nothing has changed since it was built');
  });
  page.moment('the image is there');
  page.fact('debian-12.raw', `${image.system}, ${image.packages} packages, gandi-vm-agent ${image.agent}`);
  page.fact('sha256', `${image.sha256.slice(0, 40)}…`);
  page.line();
  return image;
}

async function showFirstBoot(page: Page, guest: Guest): Promise<void> {
  page.moment('the guest answers, in the middle of its boot');
  const verdict = await guest.waitForBoot();
  const failed = await guest.expect('systemctl --failed --no-legend --plain');
  page.moment(`boot has ended; systemd says: ${verdict}, ${failed === '' ? 'no failed unit' : failed}`);
  page.heading('What bootstrap did');
  for (const [name, look] of Object.entries(sights)) page.fact(name, (await guest.run(look)).stdout.trim());
}

async function showDisk(page: Page, guest: Guest): Promise<void> {
  page.heading('A disk');
  const content = {
    fileSystem: 'ext4',
    label: 'www',
    files: { 'index.html': '<h1>It was on the disk.</h1>' },
  } as const;
  const image = join(guest.folder, 'www.img');
  await makeDiskImage(image, content);
  const told = (await guest.attachPort(portNames.told)).hangUp();
  page.moment(
    'a 64 MB disk labelled "www" is plugged into the running guest, as `gandi-provision host attach` does it',
  );
  const disk = { image, format: 'raw', serial: 'vol-www', bus: 'scsi', place: 'scsi.0' } as const;
  const record = await plugDisk(guest.qmp, told, disk, secondsToAnswer);
  page.moment(`the guest says on its port: ${record.event} at ${record.path}, after ${record.seconds.toFixed(1)} s`);
  page.fact('mount', await guest.expect('findmnt --noheadings --output=SOURCE,FSTYPE,TARGET,OPTIONS /srv/www'));
  page.fact('/srv/www', await guest.expect('cat /srv/www/index.html'));
  const list = diskListSchema.parse(JSON.parse(await guest.expect('gandi-agent disk list --json')));
  page.line();
  page.line('# gandi-agent disk list');
  for (const line of renderDisks(list.disks, width)) page.line(line);
  page.line();
  await untilIdle(guest);
  page.moment('the handler has ended; no process of ours is left');
  await unplugDisk(guest.qmp, join(guest.folder, controlSocket), disk.serial, secondsToAnswer);
  page.moment('the guest was asked for the disk, let go of it, and the disk is taken out');
  await guest.waitFor('! test -e /srv/www');
  page.moment('mount and folder are gone');
  await untilIdle(guest);
  page.moment('the handler has ended again');
}

/** All that the agent did in this guest, with how long each waited and took, as the guest's own command prints it. */
async function showTimeline(page: Page, guest: Guest): Promise<void> {
  const report = timelineReportSchema.parse(JSON.parse(await guest.expect('gandi-agent timeline --json')));
  const uptime = await guest.uptime();
  const clock = wallClock({
    now: () => new Date(Date.parse(report.bootedAt) + uptime * 1000),
    monotonic: () => uptime,
  });
  page.line();
  page.line('# gandi-agent timeline');
  for (const line of renderTimeline(report, { width, clock, isBySlowness: false })) page.line(line);
}

async function leaveRunning(page: Page, guest: Guest): Promise<void> {
  await guest.expect('systemctl start lab-console.service');
  const self = `${process.execPath} ${process.argv[1]}`;
  page.heading('The guest is still running');
  page.line(`  enter it as root (leave with Ctrl-]):\n    ${self} enter ${guest.folder}`);
  page.line(`  end it:\n    ${self} end ${guest.folder}`);
  guest.release();
}

async function endGuest(guestFolder: string): Promise<void> {
  const qmp = await Qmp.connect(join(guestFolder, controlSocket), AbortSignal.timeout(5000));
  await qmp.execute('quit').catch(() => undefined);
  await rm(guestFolder, { recursive: true, force: true });
}
