import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AgentError } from '../../core/error/agent-error.ts';
import type { Files } from '../../core/system/files.ts';
import type { Processes } from '../../core/system/processes.ts';
import type { Download } from './download.ts';
import type { SumsSource } from './plan-import.ts';
import type { Check } from './record.ts';
import { releaseSumOf, sumOf } from './sums.ts';

/** The archive's sums of a release's images, if it has them. */
export interface Sums {
  readonly checked: Check;
  readonly text: string;
}

/** A file as it came. */
export interface Summed {
  readonly path: string;
  readonly url: string;
  readonly sha256: string;
}

export interface SumsDoors {
  readonly files: Files;
  readonly processes: Processes;
  readonly download: Download;
  readonly keyring: string | null;
}

/**
 * Fetches SHA256SUMS, and where a keyring is given what signs it: SHA256SUMS.gpg beside it as Ubuntu has it, or InRelease
 * of the release, which lists the sums, as Debian has it.
 * @param folder for what is fetched, not there yet
 * @throws AgentError `netboot.sums-unsigned`, `netboot.signature-wrong`; what a download throws
 */
export async function readSums(doors: SumsDoors, source: SumsSource, folder: string): Promise<Sums> {
  const url = `${source.images}/SHA256SUMS`;
  const sums = await ifThere(doors, url, join(folder, 'sums'));
  if (doors.keyring === null) return { checked: sums === undefined ? 'nothing' : 'sums', text: sums?.text ?? '' };
  if (sums === undefined) throw unsigned(url);
  const signature = await ifThere(doors, `${url}.gpg`, join(folder, 'signature'));
  if (signature === undefined) await requireInRelease(doors, doors.keyring, source, sums.text, join(folder, 'release'));
  else await verify(doors, doors.keyring, url, [signature.path, sums.path]);
  return { checked: 'signature', text: sums.text };
}

/**
 * @returns how far these files are checked
 * @throws AgentError `netboot.sum-wrong`; `netboot.sums-unsigned` for a file that signed sums do not list
 */
export function checkSums(sums: Sums, files: readonly Summed[]): Check {
  let checked = sums.checked;
  for (const { path, url, sha256 } of files) {
    const sum = sumOf(sums.text, path);
    if (sum === undefined && checked === 'signature') throw unsigned(url);
    if (sum === undefined) checked = 'nothing';
    else if (sum !== sha256) throw sumWrong(url);
  }
  return checked;
}

/** How a download fails where the archive may not have the file. */
const absent = ['download.missing', 'download.command-failed'];

async function ifThere(
  { files, download }: SumsDoors,
  url: string,
  folder: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const downloaded = await download(url, {}, folder).catch((error: unknown) => {
    if (error instanceof AgentError && absent.includes(error.code)) return 'unchanged' as const;
    throw error;
  });
  if (downloaded === 'unchanged') return undefined;
  return { path: downloaded.path, text: (await files.read(downloaded.path)) ?? '' };
}

/** Only what gpgv(1) hands out as signed is read: text around a signature is anybody's. */
async function requireInRelease(
  doors: SumsDoors,
  keyring: string,
  source: SumsSource,
  sums: string,
  folder: string,
): Promise<void> {
  const url = `${source.release}/InRelease`;
  const release = await ifThere(doors, url, folder);
  if (release === undefined) throw unsigned(`${source.images}/SHA256SUMS`);
  const signedPath = join(folder, 'signed');
  await verify(doors, keyring, url, ['--output', signedPath, release.path]);
  const listed = releaseSumOf((await doors.files.read(signedPath)) ?? '', source.path);
  if (listed !== createHash('sha256').update(sums).digest('hex')) throw sumWrong(`${source.images}/SHA256SUMS`);
}

async function verify({ processes }: SumsDoors, keyring: string, url: string, words: readonly string[]): Promise<void> {
  await processes.run('gpgv', ['--keyring', keyring, ...words]).catch((cause: unknown) => {
    throw new AgentError('the signature is not one of the given keyring', {
      code: 'netboot.signature-wrong',
      subject: url,
      remedy: `see whether ${keyring} has the archive's key; what was there before stays as it was`,
      cause,
    });
  });
}

function unsigned(url: string): AgentError {
  return new AgentError('nothing signed speaks of it', {
    code: 'netboot.sums-unsigned',
    subject: url,
    remedy: 'leave the keyring out if this archive signs nothing; what was there before stays as it was',
  });
}

function sumWrong(url: string): AgentError {
  return new AgentError('its digest is not the one that the archive lists', {
    code: 'netboot.sum-wrong',
    subject: url,
    remedy: 'import again later: the archive may be changing now; what was there before stays as it was',
  });
}
