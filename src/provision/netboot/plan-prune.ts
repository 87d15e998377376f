import type { StoredVersion } from './store-contents.ts';

/**
 * The versions that nothing leads to any more, but for the newest of each place: a node may still be fetching it.
 * @param versions of each place the newest first, as `listVersions` gives them
 * @param keep how many versions of each place stay beside the current one
 */
export function planPrune(versions: readonly StoredVersion[], keep: number): StoredVersion[] {
  const byPlace = Map.groupBy(
    versions.filter(({ isCurrent }) => !isCurrent),
    ({ place }) => place,
  );
  return [...byPlace.values()].flatMap((old) => old.slice(keep));
}
