import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { plantedFaults } from './planted-faults.ts';

const sources = new URL('../../src/', import.meta.url);

/**
 * Has every module of the agent that is loaded from now on carry a fault.
 * @param name of `plantedFaults`
 * @throws Error if the source has no place for it any more
 */
export function plant(name: string): void {
  const fault = plantedFaults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault is called ${name}`);
  const place = new URL(fault.file, sources).href;
  const good = readFileSync(fileURLToPath(place), 'utf8');
  if (good.split(fault.good).length !== 2) {
    throw new Error(
      `fault ${name}: ${fault.file} must hold \`${fault.good}\` once; say in planted-faults.ts what it is now`,
    );
  }
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === place ? { ...loaded, source: String(loaded.source).replace(fault.good, () => fault.bad) } : loaded;
    },
  });
}
