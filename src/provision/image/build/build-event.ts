import { z } from 'zod';

const event = z.discriminatedUnion('event', [
  /** A phase begins; `output` once all hooks have ended. */
  z.object({ event: z.literal('phase'), phase: z.string() }),
  /** A hook, or a step of the builder's own, has ended. */
  z.object({ event: z.literal('step'), step: z.string(), seconds: z.number() }),
  /** A file has its name. */
  z.object({ event: z.literal('file'), path: z.string() }),
  /** The image is as an earlier build of the same inputs left it. */
  z.object({ event: z.literal('unchanged'), target: z.string() }),
]);

/** What a build tells programs of its course. */
export type BuildEvent = z.output<typeof event>;

/** @returns undefined for a line that tells no event */
export function readBuildEvent(line: string): BuildEvent | undefined {
  try {
    return event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
