import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { DebianVersion } from '../../lab/debian.ts';
import type { Guest } from '../../lab/guest.ts';
import { sharedGuest } from '../../lab/story.ts';
import { makeSwapDisk } from '../../lab/swap-disk.ts';
import type { SystemName } from '../../lab/systems.ts';
import { webServer } from './payloads.ts';

/** The lab's gateway speaks both families: it is the peer. QEMU gives it this address, and advertises the network. */
const peers = ['192.0.2.254', 'fec0::2'];

/** The payload of a small server with both families. */
function payload(address: string, gateway: string) {
  const ipv4 = { pna_address: address, pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: gateway } };
  const ipv6 = { pna_address: 'fec0::10', pbn: { pbn_network: 'fec0::/64', pbn_gateway: 'fec0::2' } };
  return { ...webServer, vif: [{ vif_number: 0, pna: [ipv4, ipv6] }] };
}

export interface NetworkStory {
  readonly debian: DebianVersion;
  readonly system: SystemName;
  readonly tool: string;
  /** The file that ours goes to, as a shell pattern. */
  readonly file: string;
  /** Where name servers are found once all is up. */
  readonly resolver: string;
}

/** A guest that gets its network from a payload, and what it does when the next payload is wrong. */
export function tellNetworkStory({ debian, system, tool, file, resolver }: NetworkStory): void {
  const guest = sharedGuest({ debian, system, payload: { config: payload('192.0.2.10', '192.0.2.254') } });

  test('boots with the static address of the payload, and without a failed unit', async () => {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest().expect(`head --lines=1 ${file}`)).toContain('written by gandi-agent');
    await guest().waitFor('ip -oneline -4 address show scope global | grep 192.0.2.10/24', 60);
    await guest().waitFor('ip route show default | grep "via 192.0.2.254"', 60);
  });

  test.each(peers)('reaches its peer %s', async (peer) => {
    await guest().waitFor(`ping -c 1 -W 5 ${peer}`, 60);
  });

  test('has the name servers of the payload', async () => {
    await guest().waitFor(`${resolver} | grep 192.0.2.53`, 60);
  });

  test('shows what configures it, and that nothing differs', async () => {
    const report = JSON.parse(await guest().expect('gandi-agent network show --json'));
    expect(report).toMatchObject({ version: 1, tool, onTrial: false });
    expect(report.links).toMatchObject([
      { vif: 0, configured: { addresses: ['192.0.2.10/24'], gateways: ['192.0.2.254'] }, differs: [] },
    ]);
    expect(report.links[0].files).toMatchObject([{ source: 'swap-payload' }]);
  });

  test('a first configuration is not on trial, and the tool whose files were written has the link', async () => {
    expect(await guest().expect('systemctl show --property=ConditionResult --value gandi-network')).toBe('yes');
    await guest().waitFor('! test -e /run/gandi/network-written.json', 60);
    const { stages } = JSON.parse((await guest().run('gandi-agent status --json')).stdout);
    expect(stages.network).toMatchObject({ result: 'done', changed: [], failures: [] });
  });

  test('a change on the running machine that works is applied and kept', async () => {
    await applyByHand(guest(), payload('192.0.2.11', '192.0.2.254'));
    await guest().waitFor('! test -e /var/lib/gandi/network-trial.json', 120);
    await guest().waitFor('ip -oneline -4 address show scope global | grep 192.0.2.11/24', 60);
    await guest().waitFor('ping -c 1 -W 5 192.0.2.254', 60);
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
  });

  test('a wrong gateway on the running machine: the old configuration returns', async () => {
    await guest().expect('sed --in-place s/NETWORK_TRIAL=.*/NETWORK_TRIAL=15/ /etc/default/gandi');
    await applyByHand(guest(), payload('192.0.2.13', '192.0.2.78'));
    await expectReturn(guest(), tool);
    const report = JSON.parse(await guest().expect('gandi-agent network show --json'));
    expect(report.links[0].differs).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/ says something else than the payload$/),
        '192.0.2.13/24 is not there',
        '192.0.2.11/24 is there and not configured',
        'no default route leads by 192.0.2.78',
      ]),
    );
  });

  test('a wrong gateway in a new payload: reachable again on the old configuration', async () => {
    await restartWith(guest(), payload('192.0.2.12', '192.0.2.77'));
    await expectReturn(guest(), tool);
  });
}

/** Row 13 of docs/decisions/network-change.md: the address of before, its gateway, and a failure that says so. */
async function expectReturn(guest: Guest, tool: string): Promise<void> {
  await guest.waitFor('systemctl is-failed gandi-network', 180);
  await guest.waitFor('ping -c 1 -W 5 192.0.2.254', 60);
  expect(await guest.expect('ip -oneline -4 address show scope global')).toContain('192.0.2.11/24');
  expect(await guest.expect('ip route show default')).toContain('via 192.0.2.254');
  const status = JSON.parse(await guest.expect('gandi-agent status --json || true'));
  expect(status.stages.network.failures).toMatchObject([{ code: 'network.returned' }]);
  const { startedAt, endedAt } = status.stages.network;
  console.log(`${tool}: the trial and the return took ${(endedAt - startedAt).toFixed(1)} s`);
}

/** What an admin does with a configuration that was corrected by hand. */
async function applyByHand(guest: Guest, config: ReturnType<typeof payload>): Promise<void> {
  await guest.writeFile('/gandi/config', JSON.stringify(config));
  await guest.expect('gandi-agent bootstrap --again', 120);
}

/** What the platform does at stop and start: the swap disk has a payload again. */
async function restartWith(guest: Guest, config: ReturnType<typeof payload>): Promise<void> {
  await guest.expect('swapoff --all');
  const image = guest.swapDisk ?? '';
  await rm(image);
  await makeSwapDisk(image, { config });
  await guest.reboot();
}
