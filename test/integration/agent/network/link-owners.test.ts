import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { onTestFinished, type TestContext, test, expect } from 'vitest';
import { observeLinkOwnership } from '../../../../src/agent/network/link-owners.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

const bus = `<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy></busconfig>`;

// networkd waits for udev unless /sys is read-only, as in a container. What starts here ends with the first process.
const script = `set -e
mount -t sysfs sysfs /sys; mount -o remount,ro /sys; mount -t tmpfs tmpfs /run
mkdir -p /run/dbus /run/systemd/netif/links /run/systemd/network
chown -R systemd-network:systemd-network /run/systemd/netif
printf %s '${bus}' > /run/bus.conf
printf '[Match]\\nName=eth0\\n[Network]\\nAddress=192.0.2.10/24\\nLinkLocalAddressing=no\\n' > /run/systemd/network/eth0.network
ip link add eth0 type veth peer name peer0; ip link set peer0 up
ip link add eth1 type veth peer name peer1
dbus-daemon --config-file=/run/bus.conf --nofork --nopidfile &
/usr/lib/systemd/systemd-networkd &
echo started
exec sleep 60`;

const needed = ['/usr/lib/systemd/systemd-networkd', '/usr/bin/networkctl', '/usr/bin/dbus-daemon'];

/** A machine with networkd of this host's own systemd, in namespaces of its own; systemd itself is not there to be asked. */
async function machineWithNetworkd({ skip }: TestContext): Promise<System> {
  if (process.getuid?.() !== 0) skip('namespaces are made by root');
  for (const path of needed) {
    try {
      accessSync(path);
    } catch {
      skip(`${path} is not there`);
    }
  }
  const args = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', script];
  const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface(child.stdout), 'line');
  const host = openSystem('/', openJournal('error'));
  const { stdout } = await host.processes.run('pgrep', ['--parent', String(child.pid)]);
  const run: System['processes']['run'] = async (tool, words, options) => {
    if (tool === 'systemctl')
      return { exitCode: 0, stdout: 'ActiveState=active\n\nActiveState=inactive\n', stderr: '' };
    return host.processes.run(
      'nsenter',
      ['--target', stdout.trim(), '--mount', '--net', '--pid', tool, ...words],
      options,
    );
  };
  return { ...host, processes: { ...host.processes, run } };
}

test('networkctl of this systemd says which links networkd has', async (context) => {
  const system = await machineWithNetworkd(context);
  const networkdHas = async (link: string) => (await observeLinkOwnership(system, link)).networkd;
  await expect.poll(() => networkdHas('eth0'), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => networkdHas('eth1'), { timeout: 10_000 }).toBe(false);
  expect(await networkdHas('eth9')).toBeUndefined();
});
