import { join } from 'node:path';
import type { Files } from '../../core/system/files.ts';
import type { Processes } from '../../core/system/processes.ts';
import { readPieces } from '../../core/system/read-pieces.ts';
import type { Trees } from '../../core/system/trees.ts';
import { type Digest, digested, plausible } from './content.ts';
import type { DownloadCommand } from './download-command.ts';
import { fileSource } from './file-source.ts';
import type { HttpSource } from './http-source.ts';
import { failed, type Validators } from './source.ts';

/** A file that came, whole and plausible, in a folder of its own. */
export interface Downloaded extends Digest {
  readonly path: string;
  readonly validators: Validators;
}

/**
 * Fetches a file into a folder that is there only for it.
 * @param known what the source said of the file that is there already
 * @throws AgentError `download.missing`, `download.failed`, `download.command-failed`, `download.unusable`; AbortError
 */
export type Download = (url: string, known: Validators, folder: string) => Promise<Downloaded | 'unchanged'>;

export interface DownloadDoors {
  readonly files: Files;
  readonly trees: Trees;
  readonly processes: Processes;
  readonly http: HttpSource;
  readonly signal: AbortSignal;
}

/** @param command fetches in place of our own way; undefined for that */
export function openDownload(doors: DownloadDoors, command: DownloadCommand | undefined): Download {
  if (command !== undefined) return (url, _, folder) => byCommand(doors, command, url, folder);
  const fromFile = fileSource(doors.files);
  return async (url, known, folder) => {
    const fetch = url.startsWith('file:') ? fromFile : doors.http.fetch;
    const arriving = await fetch(url, known, doors.signal);
    if (arriving === 'unchanged') return arriving;
    const { pieces, digest } = digested(plausible(url, arriving.pieces));
    const path = join(folder, 'download');
    await doors.trees.makeFolder(folder);
    await doors.trees.writeFile(path, pieces);
    return { path, validators: arriving.validators, ...digest() };
  };
}

/** The file of the command lies in the folder under its base name, and is copied: its mode is the command's own. */
async function byCommand(
  { files, trees, processes, signal }: DownloadDoors,
  { program, args, environment }: DownloadCommand,
  url: string,
  folder: string,
): Promise<Downloaded> {
  const own = join(folder, 'command');
  await trees.makeFolder(own);
  const said: string[] = [];
  const options = { workingFolder: own, environment, signal };
  const status = await processes.follow(program, [...args, url], (line) => said.push(line), options);
  signal.throwIfAborted();
  // Its status does not tell whether the file is not there.
  if (status !== 0) throw failed(url, said.at(-1) ?? `${program}: status ${status}`, 'download.command-failed');
  const [name] = await files.list(own);
  if (name === undefined) throw failed(url, `${program} left no file`);
  const { pieces, digest } = digested(plausible(url, readPieces(files, join(own, name))));
  const path = join(folder, 'download');
  await trees.writeFile(path, pieces);
  return { path, validators: {}, ...digest() };
}
