import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestCommands } from './guest-commands.ts';

const logFolder = join(import.meta.dirname, '../dist/vm-logs');

/** A machine that keeps its serial log in a folder of this host. */
export interface Witness extends Pick<GuestCommands, 'run'> {
  readonly folder: string;
}

/** What is asked of a guest after a test failed, by the name of the file that keeps the answer. */
const questions = {
  'journal.txt': 'journalctl --boot --output=short-monotonic --no-pager || cat /var/log/syslog',
  'failed-units.txt': 'systemctl --failed --no-pager --plain',
  'status.json': 'gandi-agent status --json',
  'spool.txt': 'ls -la /run/gandi /run/gandi/spool',
  'block-devices.txt': 'lsblk --output-all --json',
  'mounts.txt': 'findmnt',
} as const;

/**
 * Keeps what a failed test's guest can tell in a folder of `dist/vm-logs`.
 * @returns what a reader wants to see at once: the lines of our units, or the serial log of a guest that is silent
 */
export async function keepEvidence(guest: Witness, testName: string): Promise<string> {
  const folder = join(logFolder, testName.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 100));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await copyFile(join(guest.folder, 'serial.log'), join(folder, 'serial.log')).catch(() => undefined);
  const told = await askGuest(guest, folder).catch(() => lastOfSerialLog(folder));
  return `${told}\nkept in ${folder}`;
}

async function askGuest(guest: Witness, folder: string): Promise<string> {
  for (const [file, command] of Object.entries(questions)) {
    const { stdout, stderr } = await guest.run(command, 20);
    await writeFile(join(folder, file), stdout || stderr);
  }
  const ours = await guest.run("journalctl --boot --output=short-monotonic --no-pager --unit='gandi-*' --lines=60");
  const failed = await guest.run('systemctl --failed --no-legend --plain');
  return `journal of gandi-* in the guest:\n${ours.stdout}failed units: ${failed.stdout.trim() || 'none'}`;
}

async function lastOfSerialLog(folder: string): Promise<string> {
  const log = await readFile(join(folder, 'serial.log'), 'utf8').catch(() => '');
  return `the guest does not answer; end of its serial log:\n${log.split('\n').slice(-30).join('\n')}`;
}
