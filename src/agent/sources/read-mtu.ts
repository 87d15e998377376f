import { z } from 'zod';
import type { PartReader } from '../machine-config/part-reader.ts';

// RFC 791 asks for 68 at least; 65536 is the most that the kernel takes. Clouds write numbers as text too.
const bytes = z.coerce.number().int().min(68).max(65_536);

/** A machine runs without the MTU, and clouds write 0 for "nothing special": what cannot be one is left out. */
export function readMtu(value: unknown, path: readonly PropertyKey[], reader: PartReader): number | null {
  if (value === undefined || value === null || value === 0) return null;
  const mtu = bytes.safeParse(value);
  if (mtu.success) return mtu.data;
  reader.warn(path, 'is not an MTU between 68 and 65536 and was left out');
  return null;
}
