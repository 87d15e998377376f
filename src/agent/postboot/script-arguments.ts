import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { shellWords } from '../../core/text/shell-words.ts';

/**
 * The arguments of the customer's script, split as a shell would and not expanded.
 * @throws AgentError `postboot.bad-arguments` where a quote is never closed
 */
export function scriptArguments(text: string): string[] {
  const words = shellWords(text);
  if (words !== undefined) return words;
  throw new AgentError('cannot split the arguments of the script: a quote is never closed', {
    code: 'postboot.bad-arguments',
    subject: 'vm_conf.script_args',
    remedy: 'correct it on the platform, then stop and start the VM',
    exitCode: ExitCode.badConfiguration,
  });
}
