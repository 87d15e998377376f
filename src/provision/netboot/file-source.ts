import { constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMissing } from '../../core/system/is-missing.ts';
import type { Files } from '../../core/system/files.ts';
import { failed, type Fetch, missing } from './source.ts';

const { O_RDONLY, O_NONBLOCK } = constants;

/** Reads an archive that lies on this machine: `file:///srv/archive/dists`. What has its time of last time is not read. */
export function fileSource(files: Files): Fetch {
  return async (url, known) => {
    const file = await files.open(fileURLToPath(url), O_RDONLY | O_NONBLOCK).catch((cause: unknown) => {
      throw isMissing(cause) ? missing(url) : failed(url, cause);
    });
    const status = await file.stat();
    const modified = String(status.mtimeMs);
    if (status.isFile() && modified !== known.modified)
      return { validators: { modified }, pieces: file.createReadStream() as AsyncIterable<Uint8Array> };
    await file.close();
    if (!status.isFile()) throw failed(url, 'it is not a file');
    return 'unchanged';
  };
}
