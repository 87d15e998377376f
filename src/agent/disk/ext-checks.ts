import type { System } from '../../core/system/system.ts';
import { observeRootFileSystem } from './root-file-system.ts';

export interface ExtCheckFacts {
  readonly device: string;
  /** -1 or 0 is never. */
  readonly maximalMounts: number;
  /** 0 is never. */
  readonly intervalSeconds: number;
}

/** undefined where `/` is not an ext3 or ext4. */
export async function observeExtChecks(system: System): Promise<ExtCheckFacts | undefined> {
  const root = await observeRootFileSystem(system);
  if (root === undefined || !['ext3', 'ext4'].includes(root.type)) return undefined;
  const { stdout } = await system.processes.run('tune2fs', ['-l', root.path]);
  return parseExtChecks(root.path, stdout);
}

/** The two lines of tune2fs(8) that matter; undefined if they are not there. */
export function parseExtChecks(device: string, output: string): ExtCheckFacts | undefined {
  const maximalMounts = /^Maximum mount count:\s+(-?\d+)/m.exec(output)?.[1];
  const interval = /^Check interval:\s+(\d+)/m.exec(output)?.[1];
  if (maximalMounts === undefined || interval === undefined) return undefined;
  return { device, maximalMounts: Number(maximalMounts), intervalSeconds: Number(interval) };
}
