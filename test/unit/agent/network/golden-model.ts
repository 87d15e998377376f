import { readdirSync, readFileSync } from 'node:fs';
import { chooseNameservers } from '../../../../src/agent/network-config/resolver-file.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import type { NetworkModel, RenderedFile } from '../../../../src/agent/network-config/model.ts';
import { PartReader } from '../../../../src/agent/machine-config/part-reader.ts';
import type { NetworkDescription } from '../../../../src/agent/network-config/description.ts';
import { readNetworkData } from '../../../../src/agent/sources/openstack-network.ts';
import { nocloudReader } from '../../../../src/agent/sources/nocloud.ts';
import { placed } from './nic-example.ts';

/** A case is a folder: what a source says of which NICs (case.json), and for each tool the files that come of it. */
export const goldenFolder = 'test/golden/network';

export const goldenCases = readdirSync(goldenFolder).sort();

interface GoldenCase {
  /** Name and MAC address of each NIC, in the order in which the kernel found them. */
  readonly nics: readonly (readonly [name: string, macAddress: string])[];
  readonly flags?: string;
  /** The JSON of a payload, a cloud's network_data.json, and NoCloud's network-config of version 2 and 1: those that are there say the same. */
  readonly payload?: unknown;
  readonly network?: unknown;
  readonly networkConfig?: unknown;
  readonly networkConfigV1?: unknown;
}

const sources = ['payload', 'network', 'networkConfig', 'networkConfigV1'] as const;

export type GoldenSource = (typeof sources)[number];

/** The sources that a case has. */
export function sourcesOf(name: string): GoldenSource[] {
  const found = readCase(name);
  return sources.filter((source) => found[source] !== undefined);
}

/** The model that a source of the case produces, the first that it has unless told. */
export function modelOf(name: string, source = sourcesOf(name)[0]): NetworkModel {
  const found = readCase(name);
  const { flags } = parseFlags(found.flags ?? '');
  const description = describe(found, source);
  const nics = found.nics.map(([link, macAddress], index) => {
    return { name: link, index: index + 2, macAddress, isDevice: true, isUp: true, hasCarrier: true };
  });
  const { model } = placed(description, nics, flags.CONFIG_STATIC_IPV6);
  return { ...model, nameservers: chooseNameservers(description) };
}

function readCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(`${goldenFolder}/${name}/case.json`, 'utf8')) as GoldenCase;
}

function describe(found: GoldenCase, source: GoldenSource | undefined): NetworkDescription {
  const reader = new PartReader();
  const text = JSON.stringify(source === undefined ? undefined : found[source]);
  switch (source) {
    case 'network':
      return whole(readNetworkData(found.network, [], reader), reader.mistakes);
    case 'networkConfig':
    case 'networkConfigV1': {
      const { config, mistakes } = nocloudReader.parse(new Map([['network-config', text]]));
      return whole(config.network, mistakes);
    }
    default: {
      const { config, mistakes } = parseGandiConfig(text);
      return whole(config.network, mistakes);
    }
  }
}

function whole(description: NetworkDescription, mistakes: readonly unknown[]): NetworkDescription {
  if (mistakes.length > 0) throw new Error(`the case has mistakes: ${JSON.stringify(mistakes)}`);
  return description;
}

/** As glean prints files: the path, then the content. */
export function printed(files: readonly RenderedFile[]): string {
  return files.map(({ path, content }) => `### Write ${path}\n${content}`).join('');
}
