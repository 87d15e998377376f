import { errorCode } from '../error/error-code.ts';
import type { Files } from './files.ts';
import { silentJournal } from './journal.ts';
import type { System } from './system.ts';

/**
 * The machine as an ordinary user sees it: what the user may not read counts as not there, and nothing is written to the
 * machine's log. For commands that only look; what they decide changes nothing.
 */
export function asOrdinaryUser(system: System): System {
  return { ...system, files: withoutForbidden(system.files), journal: silentJournal };
}

function withoutForbidden(files: Files): Files {
  return {
    ...files,
    read: (path) => files.read(path).catch(unlessForbidden(undefined)),
    readBytes: (path) => files.readBytes(path).catch(unlessForbidden(undefined)),
    status: (path) => files.status(path).catch(unlessForbidden(undefined)),
    linkTarget: (path) => files.linkTarget(path).catch(unlessForbidden(undefined)),
    list: (path) => files.list(path).catch(unlessForbidden<string[]>([])),
  };
}

function unlessForbidden<T>(value: T): (error: unknown) => T {
  return (error) => {
    const code = errorCode(error);
    if (code === 'EACCES' || code === 'EPERM') return value;
    throw error;
  };
}
