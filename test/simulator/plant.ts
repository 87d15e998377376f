import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type FaultyPlace, plantedFaults } from './planted-faults.ts';

const sources = new URL('../../src/', import.meta.url);

/**
 * Has every module of the agent that is loaded from now on carry a fault.
 * @param name of `plantedFaults`
 * @throws Error if the source has no place for it any more
 */
export function plant(name: string): void {
  const fault = plantedFaults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault is called ${name}`);
  for (const place of [fault, ...(fault.and === undefined ? [] : [fault.and])]) plantAt(place, name);
}

function plantAt({ file, good, bad }: FaultyPlace, name: string): void {
  const place = new URL(file, sources).href;
  if (readFileSync(fileURLToPath(place), 'utf8').split(good).length !== 2) {
    throw new Error(`fault ${name}: ${file} must hold \`${good}\` once; say in planted-faults.ts what it is now`);
  }
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === place ? { ...loaded, source: String(loaded.source).replace(good, () => bad) } : loaded;
    },
  });
}
