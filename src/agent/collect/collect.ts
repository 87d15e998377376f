import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { describeError } from '../../core/error/agent-error.ts';
import { readDoctorReport } from '../doctor/doctor-report.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { payloadPath, readStoredConfig } from '../sources/stored-config.ts';
import { readStatusReport } from '../status/status-report.ts';
import { readTimeline } from '../event/timeline.ts';
import { wellFormed } from '../../core/system/byte-text.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { version } from '../../core/version.ts';
import { journalForm, ownJournalLines } from './journal-lines.ts';
import { redact } from './redact.ts';

/** Files that say how the machine is set up. Neither the customer's script nor what it printed is among them. */
const files = [
  '/etc/os-release',
  '/etc/default/gandi',
  '/etc/sysconfig/gandi',
  '/etc/udev/rules.d/86-gandi.rules',
  '/etc/fstab',
  '/proc/cmdline',
  '/proc/self/mountinfo',
  '/proc/swaps',
  '/proc/partitions',
  '/var/lib/gandi/applied.json',
  '/var/lib/gandi/config-steps.json',
  '/var/lib/gandi/postboot.json',
  '/gandi/config',
];

type Command = readonly [name: string, tool: string, args: readonly string[], ownWords?: (text: string) => string];

/** Commands that only look, by the name of what they say. */
const commands = (identifier: string): readonly Command[] => [
  ['journal', 'journalctl', ['--boot', `--identifier=${identifier}`, ...journalForm], ownJournalLines],
  ['units', 'systemctl', ['show', '--no-pager', 'gandi-*']],
  ['block-devices', 'lsblk', ['--json', '--output-all']],
  ['addresses', 'ip', ['-json', 'address', 'show']],
  ['routes', 'ip', ['-json', 'route', 'show', 'table', 'all']],
];

export interface Collected {
  /** A gzipped tar archive. */
  readonly archive: Uint8Array;
  /** Names of what is in it. */
  readonly members: readonly string[];
}

/** One archive for support, without secrets. What cannot be read is said in its place. */
export async function collect(system: System): Promise<Collected> {
  const known = await knownSecrets(system);
  const archive = pack();
  const members: string[] = [];
  for (const [name, text] of await gather(system)) {
    members.push(`gandi-collect/${name}`);
    archive.entry({ name: `gandi-collect/${name}`, mode: 0o600 }, redact(text, known));
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return { archive: await promisify(gzip)(Buffer.concat(chunks)), members };
}

async function gather(system: System): Promise<(readonly [string, string])[]> {
  const { SYSLOG_TARGET } = await readFlags(system);
  const report = (value: unknown) => `${JSON.stringify(value, wellFormed, 2)}\n`;
  const parts: (readonly [string, () => Promise<string | undefined>])[] = [
    ['version', async () => `gandi-agent ${version}\n`],
    ['status.json', async () => report(await readStatusReport(system))],
    ['timeline.json', async () => report(await readTimeline(system))],
    ['doctor.json', async () => report(await readDoctorReport(system))],
    ...files.map((path) => [`files${path}`, () => system.files.read(path)] as const),
    ...commands(SYSLOG_TARGET).map(
      ([name, tool, args, ownWords]) => [`commands/${name}`, () => ask(system, tool, args, ownWords)] as const,
    ),
  ];
  const texts = await Promise.all(parts.map(async ([name, read]) => [name, await readOrSay(read)] as const));
  return texts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

async function readOrSay(read: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    return `not to be had: ${describeError(error)}\n`;
  }
}

async function ask(
  system: System,
  tool: string,
  args: readonly string[],
  ownWords = (text: string) => text,
): Promise<string | undefined> {
  if (!isRunningMachine(system)) return undefined;
  const { stdout } = await system.processes.run(tool, args, { timeoutSeconds: 20 });
  return ownWords(stdout);
}

/** What of the configuration nobody else may read. One that cannot be parsed is all secret. */
async function knownSecrets(system: System): Promise<string[]> {
  const shadow = ((await system.files.read('/etc/shadow')) ?? '').split('\n').map((line) => line.split(':')[1] ?? '');
  try {
    const stored = await readStoredConfig(system, await readFlags(system));
    return [...shadow, ...(stored === undefined ? [] : secretsOf(stored.config))];
  } catch {
    return [...shadow, (await system.files.read(payloadPath)) ?? ''];
  }
}

function secretsOf({ root, users, postBoot, outcome }: MachineConfig): string[] {
  const logins = [root, ...users].flatMap(({ passwordHash, sshKeys }) => [passwordHash?.reveal() ?? '', ...sshKeys]);
  return [...logins, postBoot?.run ?? '', postBoot?.scriptArguments ?? '', outcome?.key.reveal() ?? ''];
}
