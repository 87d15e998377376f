import { z } from 'zod';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { configParts } from '../bootstrap/config-parts.ts';
import { detachedSchema } from '../disk/detach-answer.ts';
import { statusReportSchema } from '../status/status-report.ts';
import type { RefusedRequest } from './request.ts';

/** One line that the guest writes to the port `org.gandi.agent.1`; published as schema/host-answer.schema.json. New keys may come, none goes. */
export const hostAnswerSchema = z
  .object({
    version: z.literal(1),
    id: z.string().nullable().describe('of the request'),
    ask: z
      .enum(['status', 'detach', 'trim', 'freeze', 'thaw', 'apply'])
      .nullable()
      .describe('of the request; null where it cannot be read'),
    result: z.enum(['done', 'refused', 'failed']).describe('`refused`: nothing was changed'),
    code: z.string().nullable().describe('why not: `disk.busy`, `request.switched-off`; null where it was done'),
    message: z.string().nullable().describe('the same for people, with the way out'),
    hook: z
      .enum(['pre-freeze', 'post-thaw'])
      .nullable()
      .describe('of `freeze` and `thaw`: the hook of the admin that failed'),
    users: z.array(z.string()).describe('of `disk.busy`: programs that use the disk, `postgres (812)`'),
    paths: z.array(z.string()).describe('what was trimmed, frozen or thawed'),
    leftOut: z.array(z.string()).describe('paths of data disks whose file system cannot do it, or that are read-only'),
    parts: z
      .array(
        z.object({
          part: z.enum(configParts),
          result: z
            .enum(['unchanged', 'applied', 'at-next-boot', 'switched-off', 'failed', 'held-back'])
            .describe('`held-back`: another part failed first; `switched-off`: by a flag of the admin'),
          code: z.string().nullable().describe('of what failed'),
        }),
      )
      .describe('of `apply`: what became of each part of the configuration'),
    status: statusReportSchema.nullable().describe('of `status`'),
    detached: detachedSchema.nullable().describe('of `detach`'),
  })
  .describe('the answer to one request');

export type HostAnswer = z.infer<typeof hostAnswerSchema>;

type Asked = Pick<HostAnswer, 'id' | 'ask'>;

const nothing = {
  code: null,
  message: null,
  hook: null,
  users: [],
  paths: [],
  leftOut: [],
  parts: [],
  status: null,
  detached: null,
};

export function answerDone({ id, ask }: Asked, told: Partial<HostAnswer> = {}): HostAnswer {
  return { version: 1, id, ask, result: 'done', ...nothing, ...told };
}

/** @param failure of the act itself; a refusal to protect data, or of a wrong name, changed nothing */
export function answerFailed({ id, ask }: Asked, failure: unknown, users: string[] = []): HostAnswer {
  const isRefusal =
    failure instanceof AgentError &&
    (failure.exitCode === ExitCode.refusedToProtectData || failure.exitCode === ExitCode.badUsage);
  const code = failure instanceof AgentError ? failure.code : 'unexpected';
  const result = isRefusal ? 'refused' : 'failed';
  return { version: 1, id, ask, result, ...nothing, code, message: describeError(failure), users };
}

const reasons: Readonly<Record<RefusedRequest['code'], string>> = {
  'request.too-long': 'the request is too long',
  'request.not-json': 'the request is not one line of JSON',
  'request.mistaken': 'the request is not of the published form, schema/host-request.schema.json',
  'request.switched-off':
    'the admin of this machine allows no such request: CONFIG_HOST_REQUESTS in /etc/default/gandi',
};

export function answerRefused({ id, ask, code }: RefusedRequest): HostAnswer {
  return { version: 1, id, ask, result: 'refused', ...nothing, code, message: reasons[code] };
}
