import { readPayloadContent } from './payload-content.ts';
import type { System } from '../../core/system/system.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { ActionKind } from '../action/kind.ts';

/** Copies the customer's script, which may be too large to be held, from the payload to a file of root's. */
export interface StoreScript {
  readonly kind: 'store-script';
  readonly payload: PayloadLocation;
  /** sha256, in hex, of the script. */
  readonly digest: string;
  readonly path: string;
}

export const storeScriptKind: ActionKind<StoreScript> = {
  kind: 'store-script',
  describe: (action) => `write ${action.path}`,
  apply: storeScript,
};

/** Copies the customer's script from the payload to its place, as a whole or not at all, without ever holding it. */
export async function storeScript({ payload, digest, path }: StoreScript, system: System): Promise<void> {
  await readPayloadContent(system, { payload, digest, member: 'gandi/script' }, (pieces) =>
    system.files.replace(path, pieces, { mode: 0o600, enforceMode: true }),
  );
}
