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

/** What `gandi-agent doctor --json` prints. */
export const doctorReportSchema = z
  .object({ version: z.literal(1), findings: z.array(findingSchema).describe('problems first') })
  .describe('why something was not done on this machine, and what to do about it');
