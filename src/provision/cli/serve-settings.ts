import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parseSeconds } from '../../core/command/parse-seconds.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { parseAddress } from '../../core/text/ip-address.ts';
import { noProfiles } from '../serve/profiles/profile-schema.ts';
import { readProfiles } from '../serve/profiles/read-profiles.ts';
import type { InterfaceAddress } from '../serve/pxe/interface-address.ts';
import type { AccessRules } from '../serve/routes/access.ts';
import { stateFolderOf } from './defaults.ts';
import { readCommand, readDatabaseUrl, readNetworks, readNumber, readToken } from './read-options.ts';
import type { ServeValues } from './serve-options.ts';

export type ServeSettings = Awaited<ReturnType<typeof readServeSettings>>;

/**
 * Reads everything that can be wrong with the words, before anything is opened.
 * @param iface the address on the interface of --pxe
 * @throws UsageError, and AgentError for files that cannot be used
 */
export async function readServeSettings(
  values: ServeValues,
  iface: InterfaceAddress | undefined,
  system: System,
  isOrdinaryUser: boolean,
) {
  const { 'token-file': tokenFile, allow } = values;
  const port = readPort(values.port);
  const listen = listenAddress(values, iface);
  const networks = allow ?? ownNetworks(values, iface);
  const access: AccessRules = {
    token: tokenFile === undefined ? undefined : await readToken(system.files, resolve(tokenFile)),
    networks: networks === undefined ? undefined : readNetworks('--allow', networks),
  };
  return {
    port,
    listen,
    access,
    command: readCommand(values.command),
    timeLimitSeconds: parseSeconds('--time-limit', values['time-limit']),
    graceSeconds: parseSeconds('--grace', values.grace),
    requestsPerSecond: readNumber('--limit', values.limit, 1, 100_000),
    queue: {
      limit: readNumber('--jobs', values.jobs, 1, 1000),
      retries: readNumber('--retry', values.retry, 0, 100),
      retryDelaySeconds: parseSeconds('--retry-delay', values['retry-delay']),
    },
    queueUrl: values.queue === undefined ? undefined : readDatabaseUrl('--queue', values.queue),
    profiles: values.profiles === undefined ? noProfiles : await readProfiles(system.files, resolve(values.profiles)),
    storeFolder: values.store === undefined ? undefined : await storeFolder(system, resolve(values.store)),
    stateFolder: resolve(values.state ?? stateFolderOf(isOrdinaryUser, homedir(), process.env, 'serve')),
    url: values.url?.replace(/(?<!\/)\/+$/, '') ?? `http://${urlHost(iface?.address ?? listen)}:${port}`,
  };
}

/** @throws UsageError */
export function readPort(text: string): number {
  return readNumber('--port', text, 1, 65535);
}

function listenAddress({ listen, ipv6 }: ServeValues, iface: InterfaceAddress | undefined): string {
  if (listen === undefined) return ipv6 ? '::' : iface === undefined ? '127.0.0.1' : '0.0.0.0';
  if (parseAddress(listen) === undefined) throw new UsageError(`option --listen: '${listen}' is not an address`);
  return listen;
}

/** On all addresses for the sake of an interface, only its network is served. */
function ownNetworks({ listen, ipv6 }: ServeValues, iface: InterfaceAddress | undefined): string | undefined {
  return iface === undefined || listen !== undefined || ipv6 ? undefined : `127.0.0.0/8,::1,${iface.network}`;
}

/** As it stands in a URL. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

async function storeFolder({ files }: System, path: string): Promise<string> {
  if (path !== '/' && (await files.status(`${path}/.`))?.type === 'directory') return path;
  throw new AgentError('cannot serve it: it is not a folder, or it is /', {
    code: 'serve.store-missing',
    subject: path,
    remedy: 'make the folder, or name another one with --store',
    exitCode: ExitCode.badConfiguration,
  });
}
