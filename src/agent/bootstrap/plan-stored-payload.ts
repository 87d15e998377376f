import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Action, Step } from './actions.ts';
import type { FirstBootFiles } from './first-boot-files.ts';

/** Where a script is that may be too large to be held. */
export interface PayloadScript {
  readonly payload: PayloadLocation;
  /** sha256, in hex, of the script. */
  readonly digest: string;
}

/**
 * The payload's own text, kept at /gandi/config for the stages that follow and for scripts that read it, and the customer's
 * script, which postboot runs once.
 */
export function planStoredPayload(configText: string, script: PayloadScript | null, files: FirstBootFiles): Step {
  const folder: Action = { kind: 'make-directory', path: '/gandi', mode: 0o700 };
  const writes: Action[] = [];
  const path = '/gandi/script';
  if (files.storedConfig !== configText) {
    const content = new Secret(configText);
    writes.push({ kind: 'write-file', path: '/gandi/config', content, mode: 0o600, enforceMode: true });
  }
  if (script !== null && files.storedScript !== script.digest) writes.push({ kind: 'store-script', path, ...script });
  if (script === null && files.storedScript !== undefined) writes.push({ kind: 'remove-file', path });
  return { name: 'stored configuration', actions: writes.length === 0 ? [] : [folder, ...writes] };
}
