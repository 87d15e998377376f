import { expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';

const socket = '/run/vmm-notify.sock';
const guest = sharedGuest({ debian: 13, kernelArguments: [`systemd.set_credential=vmm.notify_socket:${socket}`] });

/** In the place of a virtual machine monitor, whose vsock this host may not have: notes what it is told, and whether the agent had ended its boot by then. */
const monitor = `#!/usr/bin/perl
use IO::Socket::UNIX;
use Socket;
my $end = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => '${socket}') or die "$!";
open(my $notes, '>>', '/run/vmm-notify.log') or die "$!";
$notes->autoflush(1);
while (defined $end->recv(my $said, 65536)) {
  my $ended = -e '/run/gandi/boot-ended' ? 'after' : 'before';
  print $notes "$ended the agent: $_\\n" for split /\\n/, $said;
}
`;
const unit = `[Unit]
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=exec
ExecStart=/usr/local/sbin/vmm-notify
[Install]
WantedBy=sysinit.target
`;

test('systemd tells the monitor that the machine is ready after the agent has ended its work of the boot', async () => {
  await guest().writeFile('/usr/local/sbin/vmm-notify', monitor);
  await guest().writeFile('/etc/systemd/system/vmm-notify.service', unit);
  await guest().expect('chmod 755 /usr/local/sbin/vmm-notify && systemctl -q enable vmm-notify.service');
  await guest().reboot();
  await guest().waitForBoot();
  await guest().waitFor('grep -q READY=1 /run/vmm-notify.log');
  const notes = (await guest().expect('cat /run/vmm-notify.log')).split('\n');
  console.log(notes.join('\n'));
  expect(notes.filter((note) => note.endsWith('READY=1'))).toEqual(['after the agent: READY=1']);
});
