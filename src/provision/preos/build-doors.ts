import type { Files } from '../../core/system/files.ts';
import type { Processes } from '../../core/system/processes.ts';
import type { Trees } from '../../core/system/trees.ts';

/** Through which a PreOS is built. */
export interface BuildDoors {
  readonly files: Files;
  /** Files of a tree by its own paths: links in it lead nowhere else. */
  filesOf(tree: string): Files;
  readonly trees: Trees;
  readonly processes: Processes;
  /** Ways out of the network for programs that download. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Ends the program of a step. */
  readonly signal: AbortSignal;
  /** What the build is asked for, even by one who wants to hear nothing else. */
  result(line: string): void;
  /** What is done now. */
  tell(line: string): void;
  /** What the programs say that do it. */
  detail(line: string): void;
}
