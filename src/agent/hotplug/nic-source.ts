import { type Link, observeLinks } from '../network/links.ts';
import { observeNics } from '../network/nics.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import { isDefaultRoute, type NetworkModel } from '../network-config/model.ts';
import { linkOf, planNetworkModel } from '../network/network-model.ts';
import type { NicSource } from '../network/nic-facts.ts';
import { planDescribedNetwork } from '../network/plan.ts';
import { findConfigDrive, readConfigDrive } from '../sources/config-drive.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import type { System } from '../../core/system/system.ts';

const payloadPath = '/gandi/config';
const nothing: NicSource = {
  name: null,
  model: { links: [], nameservers: [] },
  described: new Set(),
  gateways: new Map(),
};

/**
 * What the platform says about the NICs that are there: the payload that was applied, else the config-drive.
 * @throws AgentError `config.invalid`, `config-drive.invalid`
 */
export async function observeNicSource(system: System, flags: Flags): Promise<NicSource> {
  const mayBePayload = flags.CONFIG_SOURCE !== 'config-drive' && (await readAppliedRecord(system)) !== undefined;
  const text = mayBePayload ? await system.files.read(payloadPath) : undefined;
  if (text !== undefined) return fromPayload(text, flags, await observeLinks(system));
  const device = flags.CONFIG_SOURCE === 'swap-payload' ? undefined : await findConfigDrive(system);
  return device === undefined ? nothing : fromDrive(system, device);
}

function fromPayload(text: string, flags: Flags, links: readonly Link[]): NicSource {
  const { config } = parseGandiConfig(text, payloadPath);
  const { model } = planNetworkModel(config, links, { staticIpv6: flags.CONFIG_STATIC_IPV6 });
  const physical = links.filter((link) => link.physical);
  const gateways = config.interfaces.flatMap((wanted) => {
    const link = linkOf(wanted, physical);
    const gateway = wanted.addresses.find(({ family, gateway: own }) => family === 'ipv4' && own !== null)?.gateway;
    return link === undefined || gateway == null ? [] : [[link.name, gateway] as const];
  });
  return { name: 'payload', model, described: namesOf(model), gateways: new Map(gateways) };
}

async function fromDrive(system: System, device: string): Promise<NicSource> {
  const { network: description } = await readConfigDrive(system, device);
  const facts = { description, nics: await observeNics(system), taken: () => false };
  const { model } = planDescribedNetwork(facts, { only: null, dhcpFallback: false });
  const gateways = model.links.flatMap(({ name, networks }) => {
    const routes = networks.filter(({ family }) => family === 'ipv4').flatMap((network) => network.routes);
    const gateway = routes.find(isDefaultRoute)?.gateway;
    return gateway == null ? [] : [[name, gateway] as const];
  });
  return { name: 'config-drive', model, described: namesOf(model), gateways: new Map(gateways) };
}

function namesOf({ links }: NetworkModel): Set<string> {
  return new Set(links.map(({ name }) => name));
}
