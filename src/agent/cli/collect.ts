import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { collect } from '../collect/collect.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption, needsRoot, refuseTree } from './options.ts';

/** What `gandi-agent collect --json` prints. New keys may come, none goes. */
export const collectedSchema = z
  .object({
    version: z.literal(1),
    path: z.string().describe('the archive, a gzipped tar that only root can read'),
    sizeBytes: z.number(),
    members: z.array(z.string()).describe('what is in it, each without secrets'),
  })
  .describe('where the archive for support is');

export const collectCommand = defineCommand({
  name: 'collect',
  summary: 'put what support needs into one archive, without secrets',
  options: {
    output: {
      description: 'archive to write, where no file of this name is (default: gandi-collect-HOST-TIME.tar.gz)',
      value: { hint: 'FILE', completion: 'file' },
    },
    json: jsonOption,
  },
  refused: refuseTree,
  needsRoot,
  run: async ({ json, output }, terminal) => {
    const system = await openMachine();
    const path = resolve(output ?? archiveName(hostname(), system.clock.now()));
    const { archive, members } = await collect(system);
    await system.files.create(path, archive, 0o600).catch((error: unknown) => {
      throw isMissing(error) ? noFolder(path) : error;
    });
    if (json) {
      terminal.json({ version: 1, path, sizeBytes: archive.length, members });
      return ExitCode.done;
    }
    terminal.out(path);
    terminal.err(
      'it holds status, timeline, configuration and journal of the agent, without secrets; look before you send it',
    );
    return ExitCode.done;
  },
});

/** Of which machine and when, in UTC; so that one archive does not take the place of another. */
export function archiveName(host: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `gandi-collect-${host.replace(/[^\w.-]/g, '_')}-${time}.tar.gz`;
}

function noFolder(path: string): AgentError {
  return new AgentError('cannot write it: there is no such folder', {
    code: 'collect.output',
    subject: path,
    remedy: 'give the path of a file in a folder that is there',
    exitCode: ExitCode.badUsage,
  });
}
