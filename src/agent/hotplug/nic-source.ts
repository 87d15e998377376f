import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { NicSource } from '../network/nic-facts.ts';
import { observeNics } from '../network/nics.ts';
import { placeNetwork } from '../network/place-network.ts';
import { readStoredConfig } from '../sources/stored-config.ts';

const nothing: NicSource = {
  name: null,
  model: { links: [], nameservers: [] },
  described: new Set(),
  gateways: new Map(),
};

/**
 * What the platform says about the NICs that are there: the configuration that was applied.
 * @throws AgentError `config.invalid`, `state.unreadable`
 */
export async function observeNicSource(system: System, flags: Flags): Promise<NicSource> {
  const stored = await readStoredConfig(system, flags);
  if (stored === undefined || !stored.isApplied) return nothing;
  const facts = {
    description: stored.config.network,
    nics: await observeNics(system),
    foreignFile: () => undefined,
  };
  const options = { only: null, dhcpFallback: false, staticIpv6: flags.CONFIG_STATIC_IPV6 };
  const { model, described, gateways } = placeNetwork(facts, options);
  const name = stored.source === 'swap-payload' ? 'payload' : stored.source;
  return { name, model, described, gateways };
}
