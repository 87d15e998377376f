import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { collect } from '../collect/collect.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot, refuseTree } from './options.ts';

export const collectCommand = defineCommand({
  name: 'collect',
  summary: 'put what support needs into one archive, without secrets',
  options: {
    output: {
      description: 'archive to write, where no file of this name is (default: gandi-collect-HOST-TIME.tar.gz)',
      value: { hint: 'FILE', completion: 'file' },
    },
  },
  refused: refuseTree,
  needsRoot,
  run: async ({ output }, terminal) => {
    const system = await openMachine();
    const path = resolve(output ?? archiveName(hostname(), system.clock.now()));
    await system.files.create(path, await collect(system), 0o600).catch((error: unknown) => {
      throw isMissing(error) ? noFolder(path) : error;
    });
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
