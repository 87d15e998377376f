import { parseJson } from '../../core/text/json-text.ts';
import { parseYaml } from '../../core/text/yaml-text.ts';
import { emptyMachineConfig } from '../machine-config/machine-config.ts';
import { PartReader } from '../machine-config/part-reader.ts';
import { type NetworkDescription, nothingDescribed } from '../network-config/description.ts';
import { type CloudConfig, noCloudConfig, readCloudConfig } from './cloud-config.ts';
import type { DriveConfig, DriveReader, DriveTexts } from './drive-source.ts';
import { type NocloudMetadata, readNocloudMetadata } from './nocloud-metadata.ts';
import { readNetworkConfigV1 } from './network-config-v1.ts';
import { readNetworkConfigV2 } from './network-config-v2.ts';

/**
 * The volume `cidata` of NoCloud (https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html), which Proxmox VE,
 * libvirt and virt-install make. Of user-data the keys are read that a MachineConfig has; every other key is named.
 */
export const nocloudReader: DriveReader = {
  paths: ['meta-data', 'network-config', 'user-data', 'vendor-data'],
  parse: parseNocloud,
};

function parseNocloud(texts: DriveTexts): DriveConfig {
  const readers = new Map<string, PartReader>(nocloudReader.paths.map((path) => [path, new PartReader(path)]));
  const read = <T>(path: string, readValue: (value: unknown, reader: PartReader) => T): T | undefined => {
    const reader = readers.get(path) ?? new PartReader(path);
    const value = readYaml(texts.get(path), reader);
    return value === undefined ? undefined : readValue(value, reader);
  };
  const metadata = read('meta-data', readNocloudMetadata);
  const userData = texts.get('user-data');
  const isScript = userData?.startsWith('#!') === true;
  const wishes = isScript ? noCloudConfig : (readUserData(userData, readers, read) ?? noCloudConfig);
  const network = read('network-config', readNetworkConfig);
  nameVendorData(texts, readers);
  nameBeatenMetadata(metadata, { hostname: wishes.hostname, network }, readers.get('meta-data'));
  const all = [...readers.values()];
  return {
    config: {
      ...emptyMachineConfig,
      ...wishes,
      hostname: wishes.hostname ?? metadata?.hostname ?? null,
      network: network ?? metadata?.network ?? nothingDescribed,
      root: { ...wishes.root, sshKeys: [...wishes.root.sshKeys, ...(metadata?.sshKeys ?? [])] },
    },
    script: isScript ? (userData ?? null) : null,
    mistakes: all.flatMap(({ mistakes }) => mistakes),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

type Read = <T>(path: string, readValue: (value: unknown, reader: PartReader) => T) => T | undefined;

function readUserData(
  text: string | undefined,
  readers: ReadonlyMap<string, PartReader>,
  read: Read,
): CloudConfig | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  if (/^#cloud-config\s*$/m.test(text.split('\n', 1)[0] ?? '')) return read('user-data', readCloudConfig);
  readers.get('user-data')?.mistake([], 'is neither #cloud-config nor a script (#!)');
  return undefined;
}

function nameVendorData(texts: DriveTexts, readers: ReadonlyMap<string, PartReader>): void {
  const text = texts.get('vendor-data')?.trim() ?? '';
  if (text !== '' && text !== '{}') readers.get('vendor-data')?.warn([], 'is not read and was left out');
}

interface Winners {
  readonly hostname: string | null;
  readonly network: NetworkDescription | undefined;
}

/** What meta-data says that another file says too. */
function nameBeatenMetadata(
  metadata: NocloudMetadata | undefined,
  { hostname, network }: Winners,
  reader: PartReader | undefined,
): void {
  if (metadata === undefined || reader === undefined) return;
  const isOther = metadata.hostname !== null && hostname !== null && metadata.hostname !== hostname;
  if (isOther) reader.nameBeaten([metadata.hostnameKey], 'the host name of user-data');
  if (metadata.network !== undefined && network !== undefined)
    reader.nameBeaten(['network-interfaces'], 'network-config');
}

function readNetworkConfig(value: unknown, reader: PartReader): NetworkDescription | undefined {
  const top = reader.object(value, []);
  const { network } = top;
  const config = network === undefined ? top : reader.object(network, ['network']);
  const path = network === undefined ? [] : ['network'];
  if (network !== undefined) reader.nameUnknownKeys(top, ['network'], []);
  if (config.version === 1) return readNetworkConfigV1(config, path, reader);
  if (config.version === 2) return readNetworkConfigV2(config, path, reader);
  // `config: disabled` is how a platform says that it describes no network.
  if (config.config === 'disabled') reader.nameUnknownKeys(config, ['config'], path);
  else reader.mistake([...path, 'version'], 'must be 1 or 2');
  return undefined;
}

/**
 * By way of JSON: what YAML can say beyond it, such as dates and shared nodes, says nothing here. The parser's own messages are not
 * passed on: they quote the text, and there may be a password in it.
 */
function readYaml(text: string | undefined, reader: PartReader): unknown {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const { document, mistakes } = parseYaml(text);
    const [first] = mistakes;
    if (first !== undefined) {
      reader.mistake([], `is not YAML: line ${first.line}, column ${first.column}`);
      return undefined;
    }
    const json = parseJson(JSON.stringify(document.toJS()) ?? 'null');
    if ('mistake' in json) {
      reader.mistake([], json.mistake.problem);
      return undefined;
    }
    for (const path of json.removedKeys) reader.warn(path, 'is not known here and was left out');
    return json.value ?? undefined;
  } catch {
    // Such as an alias without its anchor, or what is nested too deep.
    reader.mistake([], 'is not YAML');
  }
  return undefined;
}
