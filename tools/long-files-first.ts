import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files of tests that take minutes, the longest first, by what was measured. Where two guests run side by side, a long file
 * that comes last leaves one core idle meanwhile.
 */
const longest = ['disk-claims', 'disk-manager', 'bare-metal', 'swap-disk', 'bootstrap', 'disk', 'nic-cpu-memory'].map(
  (name) => `/test/vm/${name}.test.ts`,
);

/** Starts those first, and all others in the order of vitest: by the last run's time, or by size. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((end) => moduleId.endsWith(end));
  return place < 0 ? longest.length : place;
}
