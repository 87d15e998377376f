import { expect, test } from 'vitest';
import { networkTool } from '../../../../src/agent/network-config/network-tools.ts';
import { planSettled } from '../../../../src/agent/network/plan-settled.ts';
import type { NicFacts } from '../../../../src/agent/network/nic-facts.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, file, nic, record } from './nic-example.ts';

const { flags } = parseFlags('CONFIG_NODHCP=lo');

/** The first NIC of a boot, whose file is of the first boot and whose tool has not started yet. */
async function atBoot(changes: Partial<NicFacts> = {}): Promise<NicFacts> {
  const files = [
    await file('ifupdown', '/etc/network/interfaces.d/eth0.cfg', 'auto eth0\niface eth0 inet dhcp\n', true),
  ];
  const network = { tool: networkTool('ifupdown') ?? null, files };
  const first = { nic: nic('eth0', 2), name: 'eth0', index: 2, network, toolState: 'off' } as const;
  return attached({ ...first, ...changes });
}

test('a NIC whose file is right is only remembered', async () => {
  const actions = planSettled(await atBoot(), flags)?.flatMap((step) => step.actions);
  expect(actions).toEqual([expect.objectContaining({ kind: 'remember-nic' })]);
});

test('where that is done, nothing is left to do', async () => {
  const records = [{ ...record, name: 'eth0', index: 2, state: 'at-boot', note: 'configured at boot' } as const];
  expect(planSettled(await atBoot({ records }), flags)?.flatMap(({ actions }) => actions)).toEqual([]);
});

test.each<[string, Partial<NicFacts>]>([
  ['it has to be configured', { network: { tool: networkTool('ifupdown') ?? null, files: [] } }],
  ['nothing can configure it', { network: { tool: null, files: [] }, dhcpClient: undefined }],
  ['its hook has to be told', { hook: '/etc/gandi/hooks/post-iface-attach' }],
  ['its name is new', { nic: nic('eth1', 3), name: 'eth1', index: 3 }],
  ['another NIC went', { records: [{ ...record, name: 'eth0', index: 9 }] }],
])('there is more to do: %s', async (_, changes) => {
  expect(planSettled(await atBoot(changes), flags)).toBeUndefined();
});
