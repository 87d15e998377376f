import { z } from 'zod';

const findingSchema = z
  .object({
    code: z.string().describe('stable: the heading in docs/troubleshooting.md'),
    problem: z.string(),
    fix: z.string().describe('what to do about it; a command stands between backquotes'),
    isChoice: z.boolean().describe('nothing is wrong: somebody decided so, or nobody has to do anything'),
    isNote: z.boolean().optional().describe('nobody decided so, and nothing is wrong'),
  })
  .describe('one reason why something was not done');

/** One reason why something was not done, and what to do about it. */
export type Finding = Readonly<z.infer<typeof findingSchema>>;

/** What `gandi-agent image check --json` prints. */
export const imageReportSchema = z
  .object({ version: z.literal(1), findings: z.array(findingSchema).describe('problems first') })
  .describe('what is wrong with a system that is to become an image');

const way = z.string().describe('`ssh-key`, `ssh-password`, `console`, `autologin`');

/** What `gandi-agent doctor --json` prints. */
export const doctorReportSchema = imageReportSchema
  .extend({
    entrances: z
      .object({
        open: z.array(
          z.object({
            user: z.string(),
            way,
            over: z.array(z.string()).describe('terminals, or addresses with their port'),
            isWithoutPassword: z.boolean().describe('nobody is asked for anything'),
          }),
        ),
        closed: z.array(z.looseObject({ user: z.string(), way, because: z.string(), remedy: z.string() })),
      })
      .describe('who gets into this machine, and how'),
  })
  .describe('why something was not done on this machine, and what to do about it');
