import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { defineCommand } from '../../../core/command/define-command.ts';
import type { Terminal } from '../../../core/command/command.ts';
import { parseSeconds } from '../../../core/command/parse-seconds.ts';
import { UsageError } from '../../../core/command/usage-error.ts';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import { openFiles } from '../../../core/system/files.ts';
import { openJournal } from '../../../core/system/journal.ts';
import { openSystem, type System } from '../../../core/system/system.ts';
import { parseAddress } from '../../../core/text/ip-address.ts';
import { installVariables } from '../install-variables.ts';
import { machineOf } from '../profiles/machine-of.ts';
import { noProfiles } from '../profiles/profile-schema.ts';
import { readProfiles } from '../profiles/read-profiles.ts';
import { renderDnsmasqConfig } from '../pxe/dnsmasq-config.ts';
import { type Dnsmasq, startDnsmasq } from '../pxe/dnsmasq.ts';
import { type InterfaceAddress, interfaceAddress } from '../pxe/interface-address.ts';
import type { AccessRules } from '../routes/access.ts';
import { openService, type Service } from '../service.ts';
import { untilStopped } from '../until-stopped.ts';
import { defaultJobs, defaultPort, defaultTimeLimit, stateFolderOf } from './defaults.ts';
import { readCommand, readNetworks, readNumber, readToken } from './read-options.ts';

const number = { hint: 'NUMBER' };
const folder = { hint: 'DIR', completion: 'folder' } as const;
const file = { hint: 'FILE', completion: 'file' } as const;

const options = {
  store: { description: 'serve the files below this folder as /files/', value: folder },
  profiles: { description: 'read what each machine boots from this file (YAML or JSON)', value: file },
  command: {
    description: 'run this for a machine that asks for it; {action}, {host}, {address}, {run} and {attempt} are put in',
    value: { hint: 'COMMAND' },
    default: 'cdist {action} {host}',
  },
  jobs: {
    description: 'run this many commands at once, one for a machine',
    value: number,
    default: String(defaultJobs),
  },
  'time-limit': {
    description: 'end a command that takes longer',
    value: { hint: 'SECONDS' },
    default: String(defaultTimeLimit),
  },
  retry: { description: 'start a command that failed this many times again', value: number, default: '0' },
  'retry-delay': {
    description: 'wait this long before the second attempt, and twice as long before each later one',
    value: { hint: 'SECONDS' },
    default: '10',
  },
  'no-wait': { description: 'answer a machine as soon as its run is queued, with where to look' },
  'dry-run': { short: 'n', description: 'run no command' },
  directory: {
    short: 'D',
    description: 'put a file for each machine that asks for it into this folder',
    value: folder,
  },
  source: { short: 'O', description: 'the file to put there', value: file },
  state: { description: 'keep queue, machines and logs in this folder', value: folder },
  listen: { description: 'serve on this address; without it on 127.0.0.1', value: { hint: 'ADDRESS' } },
  ipv6: { description: 'serve on all addresses, IPv6 and IPv4' },
  port: { short: 'H', description: 'serve on this port', value: { hint: 'PORT' }, default: String(defaultPort) },
  url: { description: 'the address at which machines reach this server, for their outcome', value: { hint: 'URL' } },
  'token-file': {
    description: 'ask for the token in this file from those who pull a trigger or look at machines',
    value: file,
  },
  allow: { description: 'serve only clients of these networks, separated by commas', value: { hint: 'NETWORKS' } },
  limit: { description: 'answer this many requests of an address in a second', value: number, default: '50' },
  pxe: {
    description: 'start dnsmasq on this interface, for TFTP and proxy DHCP; it hands out no addresses',
    value: { hint: 'IFACE', completion: 'interface' },
  },
  loaders: { description: 'the boot loaders for TFTP', value: folder, default: '/usr/lib/ipxe', needs: 'pxe' },
  'pxe-config': { description: 'print the configuration of dnsmasq and end', needs: 'pxe' },
  grace: {
    description: 'when told to stop, let commands end for this long',
    value: { hint: 'SECONDS' },
    default: '30',
  },
  verbose: { short: 'v', description: 'log each request, and what dnsmasq says' },
} as const;

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'serve files, boot menus and triggers to machines, and show how far each of them is',
  details:
    'A machine that asks for /install/… or /config/… has a command run for it and is answered when that ends. The paths are those of cdist trigger. The server works until SIGTERM or SIGINT.',
  options,
  examples: [
    {
      words: '--store /srv/boot --profiles /etc/gandi/profiles.yaml',
      does: 'serve files and boot menus on 127.0.0.1:3000',
    },
    {
      words: "--listen 192.0.2.1 --allow 192.0.2.0/24 --command 'ansible-playbook -i {host}, site.yml'",
      does: 'run a playbook for each machine of a network that asks',
    },
    { words: '--pxe eth1 --pxe-config', does: 'print what dnsmasq would be started with' },
  ],
  run: async (values, terminal) => {
    const iface = values.pxe === undefined ? undefined : interfaceAddress(values.pxe);
    if (values['pxe-config']) return printConfig(values, iface, terminal);
    const system = openSystem('/', openJournal(values.verbose ? 'debug' : 'info'));
    const settings = await readSettings(values, iface, system, terminal.isOrdinaryUser === true);
    return serve(values, settings, iface, system);
  },
});

type Values = Parameters<Parameters<typeof defineCommand<typeof options>>[0]['run']>[0];
type Settings = Awaited<ReturnType<typeof readSettings>>;

function printConfig(values: Values, iface: InterfaceAddress | undefined, terminal: Terminal): ExitCode {
  for (const line of pxeConfig(values, iface).trimEnd().split('\n')) terminal.out(line);
  return ExitCode.done;
}

function pxeConfig({ pxe = '', port, loaders }: Values, iface: InterfaceAddress | undefined): string {
  return renderDnsmasqConfig({
    interface: pxe,
    address: iface?.address ?? '',
    port: readPort(port),
    loaders: resolve(loaders),
  });
}

/** Everything that can be wrong with the words, before anything is opened. */
async function readSettings(
  values: Values,
  iface: InterfaceAddress | undefined,
  system: System,
  isOrdinaryUser: boolean,
) {
  const { 'token-file': tokenFile, allow } = values;
  const port = readPort(values.port);
  const listen = listenAddress(values, iface);
  const ownNetworks = iface === undefined ? undefined : `127.0.0.0/8,::1,${iface.network}`;
  const networks = allow ?? (values.listen === undefined && !values.ipv6 ? ownNetworks : undefined);
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
    profiles: values.profiles === undefined ? noProfiles : await readProfiles(system.files, resolve(values.profiles)),
    storeFolder: values.store === undefined ? undefined : await storeFolder(system, resolve(values.store)),
    stateFolder: resolve(values.state ?? stateFolderOf(isOrdinaryUser, homedir(), process.env, 'serve')),
    url: values.url?.replace(/\/+$/, '') ?? `http://${urlHost(iface?.address ?? listen)}:${port}`,
  };
}

function readPort(text: string): number {
  return readNumber('--port', text, 1, 65535);
}

function listenAddress({ listen, ipv6 }: Values, iface: InterfaceAddress | undefined): string {
  if (listen === undefined) return ipv6 ? '::' : iface === undefined ? '127.0.0.1' : '0.0.0.0';
  if (parseAddress(listen) === undefined) throw new UsageError(`option --listen: '${listen}' is not an address`);
  return listen;
}

function urlHost(address: string): string {
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

async function serve(
  values: Values,
  settings: Settings,
  iface: InterfaceAddress | undefined,
  system: System,
): Promise<ExitCode> {
  const stopped = untilStopped();
  const { profiles, storeFolder, url, port, listen } = settings;
  const service = await openService(system, {
    ...settings,
    environment: environmentOf(process.env),
    isDryRun: values['dry-run'],
    bootFolder: { directory: absolute(values.directory), source: absolute(values.source) },
    variablesOf: (hosts, run) => installVariables({ profiles, storeFolder, url }, hosts, run),
  });
  // Only this command waits for it to be loaded.
  const { openServer } = await import('../routes/open-server.ts');
  const app = await openServer({
    ...settings,
    service,
    store: storeFolder === undefined ? undefined : { folder: storeFolder, files: openFiles(storeFolder) },
    waits: !values['no-wait'],
    files: system.files,
    clock: system.clock,
    journal: system.journal,
  });
  let dnsmasq: Dnsmasq | undefined;
  try {
    await listenOn(app, listen, port);
    dnsmasq = iface === undefined ? undefined : startPxe(values, settings, iface, system, service);
    system.journal.info(`serving on http://${urlHost(listen)}:${port}/`, { port, isDryRun: values['dry-run'] });
    await Promise.race([stopped, ...(dnsmasq === undefined ? [] : [dnsmasq.ended])]);
    return ExitCode.done;
  } finally {
    dnsmasq?.stop();
    // The port is free at once; who waits for a run is answered when the run has ended.
    const closed = app.close();
    await service.close(settings.graceSeconds);
    await closed;
  }
}

function startPxe(
  values: Values,
  { profiles }: Settings,
  iface: InterfaceAddress,
  system: System,
  { hosts }: Service,
): Dnsmasq {
  const note = (mac: string) => {
    const machine = machineOf(profiles, { mac });
    const host = hosts.note({ mac: machine?.mac[0] ?? mac }, { kind: 'pxe-request' });
    if (machine?.name !== undefined) hosts.name(host.id, machine.name);
  };
  return startDnsmasq(system.processes, pxeConfig(values, iface), system.journal, note);
}

async function listenOn(app: FastifyInstance, host: string, port: number): Promise<void> {
  await app.listen({ host, port }).catch((cause: unknown) => {
    throw new AgentError('cannot serve on this address', {
      code: 'serve.cannot-listen',
      subject: `${host} port ${port}`,
      remedy: 'end the program that has the port, or name another one with --port',
      cause,
    });
  });
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function environmentOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
