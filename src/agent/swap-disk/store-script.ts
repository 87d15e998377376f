import type { StoreScript } from '../action/action.ts';
import { readPayloadContent } from './payload-content.ts';
import type { System } from '../../core/system/system.ts';

/** Copies the customer's script from the payload to its place, as a whole or not at all, without ever holding it. */
export async function storeScript({ payload, digest, path }: StoreScript, system: System): Promise<void> {
  await readPayloadContent(system, { payload, digest, member: 'gandi/script' }, (pieces) =>
    system.files.replace(path, pieces, { mode: 0o600, enforceMode: true }),
  );
}
