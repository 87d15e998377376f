import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { renderIfupdown } from '../../../../src/agent/network-config/renderers/ifupdown.ts';
import type { NetworkModel } from '../../../../src/agent/network-config/model.ts';
import type { NetworkTrial } from '../../../../src/agent/network/network-trial.ts';
import { debianTools } from './debian-tools.ts';

// The executable itself and Debian's own ifupdown, in a network of two: the machine with eth0, and its gateway 192.0.2.254.
const executable = 'dist/gandi-agent';
const path = '/etc/network/interfaces.d/eth0';

const prepare = `
set -eu
tools=$1 work=$2
for folder in /run /var/lib; do mount -t tmpfs tmpfs $folder; done
mkdir -p /run/etc/upper /run/etc/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work overlay /etc
mount -t overlay -o lowerdir=$tools/sbin:/usr/sbin overlay /usr/sbin
mkdir -p /run/network /run/netns /var/lib/gandi /etc/network/interfaces.d
for event in pre-up up down post-down; do mkdir /etc/network/if-$event.d; done
echo 'source /etc/network/interfaces.d/*' >/etc/network/interfaces
echo CONFIG_NETWORK_TRIAL=4 >/etc/default/gandi
cp $work/trial.json /var/lib/gandi/network-trial.json
cp $work/new ${path}
ip netns add gateway
ip link add eth0 type veth peer name peer netns gateway
ip -n gateway address add 192.0.2.254/24 dev peer
ip -n gateway link set peer up
ip link set lo up
ifup eth0
status=0
$work/gandi-agent network confirm >$work/log 2>&1 || status=$?
cp ${path} $work/after
test -e /var/lib/gandi/network-trial.json && touch $work/still-on-trial
ip -json address show dev eth0 >$work/addresses
ip -json route show default >$work/routes
exit $status
`;

function interfaces(address: string, gateway: string): string {
  const routes = [{ destination: '0.0.0.0', prefixLength: 0, gateway }];
  const network = { method: 'static', family: 'ipv4', address, prefixLength: 24, routes, nameservers: [] } as const;
  const kind = { type: 'physical' } as const;
  const link = { name: 'eth0', macAddress: null, mtu: null, kind, bond: null, networks: [network] };
  const model: NetworkModel = { links: [link], nameservers: [] };
  return renderIfupdown(model)[0]?.content ?? '';
}

test.for([
  ['a gateway that answers is kept', '192.0.2.254', 'new', 0],
  ['a gateway that nobody has: the old configuration returns', '192.0.2.77', 'old', 1],
  ['a gateway outside the network that nobody has: the same', '198.51.100.1', 'old', 1],
] as const)('%s', async ([, gateway, kept, status], { skip }) => {
  if (process.getuid?.() !== 0) return skip('namespaces of networks and mounts are made as root');
  if (!existsSync(executable)) return skip(`${executable} is not built`);
  const tools = await debianTools();
  if (tools === undefined) return skip('apt cannot fetch ifupdown');
  const work = await mkdtemp(join(tmpdir(), 'network-return-'));
  onTestFinished(() => rm(work, { recursive: true, force: true }));
  const texts = { old: interfaces('192.0.2.11', '192.0.2.254'), new: interfaces('192.0.2.12', gateway) };
  const trial: NetworkTrial = {
    tool: 'ifupdown',
    links: ['eth0'],
    wayOut: { kind: 'gateways', gateways: [gateway] },
    live: false,
    inPlace: 'new',
    files: [{ path, mode: 0o644, ...texts }],
  };
  await writeFile(join(work, 'trial.json'), JSON.stringify(trial));
  await writeFile(join(work, 'new'), texts.new);
  await execa('cp', [executable, join(work, 'gandi-agent')]);

  const args = ['--net', '--mount', '--propagation=private', 'sh', '-c', prepare, 'sh', tools.folder, work];
  const ended = await execa('unshare', args, { reject: false });
  const log = await readFile(join(work, 'log'), 'utf8').catch(() => '');
  expect(ended.exitCode, `${ended.stderr}\n${log}`).toBe(status);
  expect(await readFile(join(work, 'after'), 'utf8'), log).toBe(texts[kept]);
  expect(existsSync(join(work, 'still-on-trial'))).toBe(false);
  const [link] = JSON.parse(await readFile(join(work, 'addresses'), 'utf8'));
  const ipv4 = link.addr_info.filter(({ family }: { family: string }) => family === 'inet');
  expect(ipv4).toMatchObject([{ local: kept === 'old' ? '192.0.2.11' : '192.0.2.12' }]);
  expect(JSON.parse(await readFile(join(work, 'routes'), 'utf8'))).toMatchObject([{ gateway: '192.0.2.254' }]);
  if (kept === 'old') expect(log).toContain('network.returned');
});
