import { readdirSync, readFileSync } from 'node:fs';
import { chooseNameservers } from '../../../../src/agent/network-config/resolver-file.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import type { NetworkModel, RenderedFile } from '../../../../src/agent/network-config/model.ts';
import { planNetworkModel } from '../../../../src/agent/network/network-model.ts';
import { planDescribedNetwork } from '../../../../src/agent/network/plan.ts';
import { networkDescription } from '../../../../src/agent/sources/openstack-network.ts';

/** A case is a folder: what a source says of which NICs (case.json), and for each tool the files that come of it. */
export const goldenFolder = 'test/golden/network';

export const goldenCases = readdirSync(goldenFolder).sort();

interface GoldenCase {
  /** Name and MAC address of each NIC, in the order in which the kernel found them. */
  readonly nics: readonly (readonly [name: string, macAddress: string])[];
  readonly flags?: string;
  /** The JSON of a payload, or a cloud's network_data.json. */
  readonly payload?: unknown;
  readonly network?: unknown;
}

/** The model that the case's source produces. */
export function modelOf(name: string): NetworkModel {
  const {
    nics,
    flags = '',
    payload,
    network,
  } = JSON.parse(readFileSync(`${goldenFolder}/${name}/case.json`, 'utf8')) as GoldenCase;
  if (payload !== undefined) {
    const { config } = parseGandiConfig(JSON.stringify(payload));
    const links = nics.map(([link, address], index) => ({ name: link, index: index + 2, address, physical: true }));
    const { model } = planNetworkModel(config, links, { staticIpv6: parseFlags(flags).flags.CONFIG_STATIC_IPV6 });
    return { ...model, nameservers: chooseNameservers(config) };
  }
  const described = { description: networkDescription.parse(network), taken: () => false };
  const there = nics.map(([link, macAddress]) => ({ name: link, macAddress, isUp: true, hasCarrier: true }));
  return planDescribedNetwork({ ...described, nics: there }, { only: null, dhcpFallback: false }).model;
}

/** As glean prints files: the path, then the content. */
export function printed(files: readonly RenderedFile[]): string {
  return files.map(({ path, content }) => `### Write ${path}\n${content}`).join('');
}
