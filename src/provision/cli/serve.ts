import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { openFiles } from '../../core/system/files.ts';
import { openJournal } from '../../core/system/journal.ts';
import { openSystem, type System } from '../../core/system/system.ts';
import { installVariables } from '../serve/install-variables.ts';
import { machineOf } from '../serve/profiles/machine-of.ts';
import { renderDnsmasqConfig } from '../serve/pxe/dnsmasq-config.ts';
import { type Dnsmasq, startDnsmasq } from '../serve/pxe/dnsmasq.ts';
import { type InterfaceAddress, interfaceAddress } from '../serve/pxe/interface-address.ts';
import { openService, type Service } from '../serve/service.ts';
import { untilStopped } from '../serve/until-stopped.ts';
import { ownEnvironment } from './own-environment.ts';
import { serveOptions, type ServeValues } from './serve-options.ts';
import { readPort, readServeSettings, type ServeSettings, urlHost } from './serve-settings.ts';

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'serve files, boot menus and triggers to machines, and show how far each of them is',
  details:
    'A machine that asks for /install/… or /config/… has a command run for it and is answered when that ends. The paths are those of cdist trigger. The server works until SIGTERM or SIGINT.',
  options: serveOptions,
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
    const settings = await readServeSettings(values, iface, system, terminal.isOrdinaryUser === true);
    return serve(values, settings, iface, system);
  },
});

function printConfig(values: ServeValues, iface: InterfaceAddress | undefined, terminal: Terminal): ExitCode {
  for (const line of pxeConfig(values, iface).trimEnd().split('\n')) terminal.out(line);
  return ExitCode.done;
}

function pxeConfig({ pxe = '', port, loaders }: ServeValues, iface: InterfaceAddress | undefined): string {
  return renderDnsmasqConfig({
    interface: pxe,
    address: iface?.address ?? '',
    port: readPort(port),
    loaders: resolve(loaders),
  });
}

async function serve(
  values: ServeValues,
  settings: ServeSettings,
  iface: InterfaceAddress | undefined,
  system: System,
): Promise<ExitCode> {
  const stopped = untilStopped();
  const { profiles, storeFolder, url, port, listen } = settings;
  const service = await openService(system, {
    ...settings,
    environment: ownEnvironment(),
    isDryRun: values['dry-run'],
    bootFolder: { directory: absolute(values.directory), source: absolute(values.source) },
    variablesOf: (hosts, run) => installVariables({ profiles, storeFolder, url }, hosts, run),
  });
  // Only this command waits for it to be loaded.
  const { openServer } = await import('../serve/routes/open-server.ts');
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
    await service.start();
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
  values: ServeValues,
  { profiles }: ServeSettings,
  iface: InterfaceAddress,
  system: System,
  { hosts }: Service,
): Dnsmasq {
  const note = async (mac: string) => {
    const machine = machineOf(profiles, { mac });
    const host = await hosts.note({ mac: machine?.mac[0] ?? mac }, { kind: 'pxe-request' });
    if (machine?.name !== undefined) await hosts.name(host.id, machine.name);
  };
  const tryToNote = (mac: string) =>
    note(mac).catch((error: unknown) => system.journal.error(`cannot note ${mac}: ${describeError(error)}`));
  return startDnsmasq(system.processes, pxeConfig(values, iface), system.journal, (mac) => void tryToNote(mac));
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
