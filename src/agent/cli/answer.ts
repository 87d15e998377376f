import { defineCommand } from '../../core/command/define-command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { readFlags } from '../flags/read-flags.ts';
import { withPort } from '../host-port/host-port.ts';
import { answerLine } from '../host-request/answer-line.ts';
import { converse } from '../host-request/conversation.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot } from './options.ts';

export const answerCommand = defineCommand({
  name: 'answer',
  summary: 'answer what the platform asks on a port that it plugged',
  details:
    'Ends when the platform closes the port or says nothing for ten seconds. What it may ask is CONFIG_HOST_REQUESTS in gandi(5).',
  operands: {
    port: { hint: 'PORT', description: 'the device of the virtio-serial port: /dev/vport2p3', completion: 'file' },
  },
  needsRoot,
  run: async ({ port: path }) => {
    const system = await openMachine('/', 'answer');
    const answer = async (line: string) => answerLine(line, await readFlags(system), system);
    await withPort(system, path, (port) => converse(port, answer, system.clock));
    return ExitCode.done;
  },
});
