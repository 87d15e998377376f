/** One reason why something was not done, and the way out. */
export interface Finding {
  /** Stable: the heading in docs/troubleshooting.md. */
  readonly code: string;
  readonly problem: string;
  readonly fix: string;
  /** Somebody decided so: it is said, and is nothing wrong. */
  readonly isChoice: boolean;
}
