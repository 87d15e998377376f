import type { defineCommand } from '../../core/command/define-command.ts';
import { defaultJobs, defaultPort, defaultTimeLimit } from './defaults.ts';

const number = { hint: 'NUMBER' };
const folder = { hint: 'DIR', completion: 'folder' } as const;
const file = { hint: 'FILE', completion: 'file' } as const;

/** What `gandi-provision serve` can be told. */
export const serveOptions = {
  store: { description: 'serve the files below this folder as /files/', value: folder },
  profiles: { description: 'read what each machine boots from this file (YAML or JSON)', value: file },
  command: {
    description: 'run this for a machine that asks for it; {action}, {host}, {address}, {run} and {attempt} are put in',
    value: { hint: 'COMMAND' },
    default: 'gandi-provision install {address}',
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
  queue: {
    description: 'share queue and machines with other servers in this database of PostgreSQL',
    value: { hint: 'URL' },
  },
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

/** What was typed for them. */
export type ServeValues = Parameters<Parameters<typeof defineCommand<typeof serveOptions>>[0]['run']>[0];
