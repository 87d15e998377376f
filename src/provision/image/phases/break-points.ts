import type { Phase } from './phase.ts';

/** Where a build stops for somebody to look. */
export interface BreakPoints {
  isAt(point: 'before' | 'after', phase: Phase): boolean;
  /** After the hook that failed. */
  readonly isAtError: boolean;
  /** What is run there: bash, or a line of sh. */
  readonly program: readonly string[];
  /** A program for a phase in the tree sees this host all the same. */
  readonly isOutside: boolean;
}

/**
 * The variables of diskimage-builder for that: `break` is a list of `before-PHASE`, `after-PHASE` and `after-error`,
 * `break_cmd` takes the place of bash, and `break_outside_target` keeps it on this host.
 */
export function breakPoints(environment: Readonly<Record<string, string>>): BreakPoints {
  const { break: points = '', break_cmd: command = '', break_outside_target: outside = '' } = environment;
  const wanted = new Set(points.split(','));
  return {
    isAt: (point, { folder }) => wanted.has(`${point}-${folder.replace(/\.d$/, '')}`),
    isAtError: wanted.has('after-error'),
    program: command === '' ? ['bash'] : ['sh', '-c', command],
    isOutside: outside !== '',
  };
}
