import type { NicRecord } from './nic-records.ts';
import { foreignFilesOf } from './foreign-files.ts';
import { isAbout } from '../network-config/file-links.ts';
import type { NetworkLink, NetworkModel } from '../network-config/model.ts';
import type { Nic, NicFacts } from './nic-facts.ts';
import { interfacesFile } from '../network-config/renderers/ifupdown.ts';

/** Files of ours that are about a NIC. */
export function ownFilesOf(
  nic: Pick<NicRecord, 'name' | 'macAddress'>,
  { network }: NicFacts,
): NicFacts['network']['files'] {
  return network.files.filter(
    (file) =>
      file.path !== interfacesFile &&
      file.links.some((said) => isAbout(said, nic) || isVlanOn(nic.name, said.name)) &&
      file.isOurs,
  );
}

/** VLANs are named after the NIC that carries them. */
function isVlanOn(nic: string, name: string | null): boolean {
  return name?.startsWith(`${nic}.`) ?? false;
}

/** netplan has one file for all: what is in it of other links stays. */
export function wholeModel(
  links: readonly NetworkLink[],
  facts: NicFacts,
  nameservers: readonly string[] = [],
): NetworkModel {
  if (facts.network.tool?.name !== 'netplan') return { links, nameservers };
  const names = links.map(({ name }) => name);
  const others = facts.source.model.links
    .filter(({ name }) => !names.includes(name))
    .filter((link) => foreignFilesOf(facts.network.files, link).length === 0);
  const dhcp = facts.records
    .filter(({ state, name }) => state === 'dhcp' && !names.includes(name))
    .filter(({ index }) => facts.links.some((link) => link.index === index))
    .map(dhcpLink);
  return { links: [...others, ...dhcp, ...links], nameservers: facts.source.model.nameservers };
}

/** The files that the tool's renderer draws for a link. */
export function pathsOf(name: string, model: NetworkModel, { network }: NicFacts): string[] {
  const alone = { ...model, links: model.links.filter((link) => link.name === name) };
  return (network.tool?.render(alone) ?? []).map(({ path }) => path);
}

export function dhcpLink({ name, macAddress }: Pick<Nic, 'name' | 'macAddress'>): NetworkLink {
  const dhcp = { method: 'dhcp', family: 'ipv4', routes: [], nameservers: [] } as const;
  return { name, macAddress, mtu: null, kind: { type: 'physical' }, bond: null, networks: [dhcp] };
}
