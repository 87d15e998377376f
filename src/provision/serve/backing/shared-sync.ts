/**
 * Lets many wait for one sync(2) of what all of them wrote: who asks while one is under way gets the next, as theirs may
 * have come too late for it.
 */
export function shareSync(sync: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = async (before: Promise<void> | undefined) => {
    // Who waits for that one is told whether it failed.
    await before?.catch(() => undefined);
    underWay = next;
    next = undefined;
    await sync();
  };
  return () => {
    next ??= begin(underWay);
    return next;
  };
}
