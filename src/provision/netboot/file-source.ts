import { constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Files } from '../../core/system/files.ts';
import { readPieces } from '../../core/system/read-pieces.ts';
import { failed, type Fetch, missing } from './source.ts';

const { O_NONBLOCK } = constants;

/** Reads an archive that lies on this machine: `file:///srv/archive/dists`. What has its time of last time is not read. */
export function fileSource(files: Files): Fetch {
  return async (url, known) => {
    const path = fileURLToPath(url);
    const status = await files.targetStatus(path);
    if (status === undefined) throw missing(url);
    if (status.type !== 'file') throw failed(url, 'it is not a file');
    // Of before it is read: what changes meanwhile is read again the next time.
    const modified = String(status.modified.getTime());
    if (modified === known.modified) return 'unchanged';
    return { validators: { modified }, pieces: readPieces(files, path, O_NONBLOCK) };
  };
}
