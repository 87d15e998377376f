import { type Mistake, parseJson } from '../../core/text/json-text.ts';
import { emptyMachineConfig } from '../machine-config/machine-config.ts';
import { PartReader } from '../machine-config/part-reader.ts';
import { type NetworkDescription, nothingDescribed } from '../network-config/description.ts';
import type { DriveConfig, DriveReader, DriveTexts } from './drive-source.ts';
import { readInterfacesText } from './interfaces-text.ts';
import { noMetadata, type OpenstackMetadata, readMetadata } from './openstack-metadata.ts';
import { readNetworkData } from './openstack-network.ts';

/** What the files of OpenStack's metadata service say about the machine. */
export interface OpenstackConfig {
  readonly metadata: OpenstackMetadata;
  readonly network: NetworkDescription;
  /** False where no file describes the network at all: then every NIC is to have DHCP. */
  readonly describesNetwork: boolean;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly string[];
}

const latest = 'openstack/latest';
const contentPaths = ['0000', '0001', '0002', '0003'].map((name) => `openstack/content/${name}`);

/** OpenStack's config-drive (https://docs.openstack.org/nova/latest/admin/config-drive.html). */
export const openstackReader: DriveReader = {
  paths: [
    ...['meta_data.json', 'network_data.json', 'vendor_data.json', 'network_info.json', 'user_data'].map(
      (name) => `${latest}/${name}`,
    ),
    ...contentPaths,
  ],
  parse: parseConfigDrive,
};

function parseConfigDrive(texts: DriveTexts): DriveConfig {
  const { metadata, network, mistakes, warnings } = parseOpenstack(texts);
  const userData = texts.get(`${latest}/user_data`);
  const isScript = userData?.startsWith('#!') === true;
  const isUnread = userData !== undefined && userData.trim() !== '' && !isScript;
  return {
    config: {
      ...emptyMachineConfig,
      hostname: metadata.hostname,
      network,
      root: { passwordHash: null, sshKeys: metadata.keys.map(({ line }) => line) },
    },
    script: isScript ? userData : null,
    mistakes,
    warnings: [...warnings, ...(isUnread ? ['user_data: is not a script (#!) and was left out'] : [])],
  };
}

/**
 * Reads the files of `openstack/`. The network comes from `network_data.json`, else from `network_info` in `vendor_data.json`,
 * else from `network_info.json`: glean's order, which clouds rely on. Else it comes from the interfaces(5) text that
 * `meta_data.json` points to. A missing file says nothing.
 */
export function parseOpenstack(texts: DriveTexts): OpenstackConfig {
  const files = new FileReader(texts);
  const metadata = files.read('meta_data.json', readMetadata) ?? noMetadata;
  const network =
    files.read('network_data.json', (value, reader) => readNetworkData(value, [], reader)) ??
    files.read('vendor_data.json', readVendorNetwork) ??
    files.read('network_info.json', (value, reader) => readNetworkData(value, [], reader)) ??
    readContent(metadata, texts, files);
  return {
    metadata,
    network: network ?? nothingDescribed,
    describesNetwork: network !== undefined,
    mistakes: files.mistakes,
    warnings: files.warnings,
  };
}

function readVendorNetwork(value: unknown, reader: PartReader): NetworkDescription | undefined {
  const { network_info: network } = reader.object(value, []);
  return network === undefined || network === null ? undefined : readNetworkData(network, ['network_info'], reader);
}

function readContent(
  { networkContentPath: path }: OpenstackMetadata,
  texts: DriveTexts,
  files: FileReader,
): NetworkDescription | undefined {
  if (path === null) return undefined;
  const text = texts.get(`openstack${path}`);
  if (text !== undefined) return readInterfacesText(text, files.readerOf(path));
  files.readerOf('meta_data.json').mistake(['network_config', 'content_path'], 'points to a file that is not there');
  return undefined;
}

/** Reads the JSON files of a drive, each with its own name in front of what is wrong in it. */
class FileReader {
  readonly #texts: DriveTexts;
  readonly #readers: PartReader[] = [];

  constructor(texts: DriveTexts) {
    this.#texts = texts;
  }

  get mistakes(): Mistake[] {
    return this.#readers.flatMap((reader) => reader.mistakes);
  }

  get warnings(): string[] {
    return this.#readers.flatMap((reader) => reader.warnings);
  }

  readerOf(name: string): PartReader {
    const reader = new PartReader(name, { namesUnknownKeys: false });
    this.#readers.push(reader);
    return reader;
  }

  /** @returns undefined where the file is not there, is not JSON, or says nothing */
  read<T>(name: string, readValue: (value: unknown, reader: PartReader) => T | undefined): T | undefined {
    const text = this.#texts.get(`${latest}/${name}`);
    if (text === undefined) return undefined;
    const reader = this.readerOf(name);
    const json = parseJson(text);
    if (!('mistake' in json)) return json.value === null ? undefined : readValue(json.value, reader);
    reader.mistake([], json.mistake.problem);
    return undefined;
  }
}
