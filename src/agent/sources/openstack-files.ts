import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { formatPath, type Mistake, parseJson } from '../../core/text/json-text.ts';
import { type NetworkDescription, nothingDescribed } from '../network-config/description.ts';
import type { Files } from '../../core/system/files.ts';
import { type OpenstackMetadata, openstackMetadata } from './openstack-metadata.ts';
import { networkDescription } from './openstack-network.ts';

/** What a config-drive says about the machine. */
export interface OpenstackConfig {
  readonly metadata: OpenstackMetadata;
  readonly network: NetworkDescription;
  /** False where no file describes the network at all: then every NIC is to have DHCP. */
  readonly describesNetwork: boolean;
  /** sha256 in hex of all files together: another one means that the cloud says something new. */
  readonly digest: string;
}

/** What a machine without a drive is told: nothing. */
export const emptyOpenstackConfig: OpenstackConfig = {
  metadata: { hostname: null, keys: [], uuid: null },
  network: nothingDescribed,
  describesNetwork: false,
  digest: '',
};

const names = ['meta_data.json', 'network_data.json', 'vendor_data.json', 'network_info.json'] as const;
type Name = (typeof names)[number];

// A drive may hold anything: what is longer is none of these files.
const maximalBytes = 1024 * 1024;

const vendorData = z.object({ network_info: z.unknown().optional() });

/**
 * Reads `openstack/latest` below `folder`. The network comes from `network_data.json`, else from `network_info` in
 * `vendor_data.json`, else from `network_info.json`: glean's order, which clouds rely on. A missing file says nothing.
 * @throws AgentError `config-drive.invalid` that names every mistake with its file and path
 */
export async function readOpenstackFiles(files: Files, folder: string): Promise<OpenstackConfig> {
  const mistakes: Mistake[] = [];
  const texts = await readTexts(files, `${folder}/openstack/latest`, mistakes);
  const read = <T>(name: Name, schema: z.ZodType<T>) => parse(name, texts.get(name), schema, mistakes);
  const metadata = read('meta_data.json', openstackMetadata);
  const vendor = read('vendor_data.json', vendorData);
  const network =
    read('network_data.json', networkDescription) ??
    parseValue('vendor_data.json', ['network_info'], vendor?.network_info, networkDescription, mistakes) ??
    read('network_info.json', networkDescription);
  if (mistakes.length > 0) throw invalid(folder, mistakes);
  return {
    metadata: metadata ?? emptyOpenstackConfig.metadata,
    network: network ?? nothingDescribed,
    describesNetwork: network !== undefined,
    digest: createHash('sha256')
      .update(JSON.stringify([...texts]))
      .digest('hex'),
  };
}

async function readTexts(files: Files, folder: string, mistakes: Mistake[]): Promise<Map<Name, string>> {
  const texts = new Map<Name, string>();
  for (const name of names) {
    const status = await files.status(`${folder}/${name}`);
    if (status === undefined) continue;
    const isReadable = status.type === 'file' && status.size <= maximalBytes;
    if (isReadable) texts.set(name, (await files.read(`${folder}/${name}`)) ?? '');
    else mistakes.push({ path: name, problem: `is no file of ${maximalBytes} bytes at most` });
  }
  return texts;
}

function parse<T>(name: string, text: string | undefined, schema: z.ZodType<T>, mistakes: Mistake[]): T | undefined {
  if (text === undefined) return undefined;
  const json = parseJson(text);
  if (!('mistake' in json)) return parseValue(name, [], json.value, schema, mistakes);
  mistakes.push({ path: name, problem: json.mistake.problem });
  return undefined;
}

function parseValue<T>(
  name: string,
  at: readonly string[],
  value: unknown,
  schema: z.ZodType<T>,
  mistakes: Mistake[],
): T | undefined {
  if (value === undefined || value === null) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    mistakes.push({ path: `${name}: ${formatPath([...at, ...path])}`, problem: message });
  }
  return undefined;
}

function invalid(folder: string, mistakes: readonly Mistake[]): AgentError {
  const lines = mistakes.map(({ path, problem }) => `${path}: ${problem}`);
  return new AgentError('cannot use the config-drive', {
    code: 'config-drive.invalid',
    subject: folder,
    remedy: 'correct it on the cloud, then rebuild the drive and boot again',
    exitCode: ExitCode.badConfiguration,
    cause: new AggregateError(
      lines.map((line) => new Error(line)),
      lines.join('; '),
    ),
  });
}
