/** Has work of the same key be done one after the other, in the order in which it comes; what fails does not keep the next from its turn. */
export function oneAtATime<Key>(): <T>(key: Key, work: () => Promise<T>) => Promise<T> {
  /** The last that is done or waits, by key. */
  const last = new Map<Key, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    last.set(key, turn);
    return turn;
  };
}
