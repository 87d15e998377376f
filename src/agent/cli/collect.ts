import { resolve } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { collect } from '../collect/collect.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot } from './options.ts';

export const collectCommand = defineCommand({
  name: 'collect',
  summary: 'put what support needs into one archive, without secrets',
  options: {
    output: {
      description: 'the archive to write; a file of this name is replaced',
      value: { hint: 'FILE', completion: 'file' },
      default: 'gandi-collect.tar.gz',
    },
  },
  needsRoot,
  run: async ({ output }, terminal) => {
    const path = resolve(output);
    const system = await openMachine();
    await system.files
      .replace(path, await collect(system), { mode: 0o600, enforceMode: true })
      .catch((error: unknown) => {
        throw isMissing(error) ? noFolder(path) : error;
      });
    terminal.out(path);
    return ExitCode.done;
  },
});

function noFolder(path: string): AgentError {
  return new AgentError('cannot write it: there is no such folder', {
    code: 'collect.output',
    subject: path,
    remedy: 'give the path of a file in a folder that is there',
    exitCode: ExitCode.badUsage,
  });
}
