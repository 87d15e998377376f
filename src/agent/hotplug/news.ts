/** Tells one who looks again and again that there is something new to see. */
export class News {
  #next = Promise.withResolvers<void>();
  #isTold = false;

  /** Something happened. */
  tell(): void {
    this.#isTold = true;
    this.#next.resolve();
  }

  /**
   * To be asked before each look: resolves at the first news after that, and so misses nothing of what happens while one looks. A
   * promise that was given up takes no news from the next one.
   */
  next(): Promise<void> {
    if (this.#isTold) this.#next = Promise.withResolvers();
    this.#isTold = false;
    return this.#next.promise;
  }
}
