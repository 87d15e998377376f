import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { isBound, runForeign } from '../action/run-foreign.ts';

// DHCP without an answer takes a minute, and a bond waits for its members.
const timeoutSeconds = 120;
const secondsToEnd = 10;
// Of what it said, for the error.
const keptLines = 20;

/** These run an admin's scripts and leave DHCP clients behind, or write rules and units that the services read. */
const needsOpenDoors: readonly string[] = ['ifup', 'ifdown', 'netplan', 'wicked'];

/**
 * Runs a tool of the network. One that needs doors which a unit of ours closes is started by systemd in a unit of its own
 * there; the others ask a service that is not a child of ours.
 * @throws AgentError `process.*`
 */
export async function runNetworkTool(system: System, tool: string, args: readonly string[]): Promise<void> {
  if (needsOpenDoors.includes(tool) && (await isBound(system))) return runApart(system, tool, args);
  await system.processes.run(tool, args, { timeoutSeconds });
}

async function runApart(system: System, tool: string, args: readonly string[]): Promise<void> {
  let last: string[] = [];
  const program = { word: 'network', path: tool, arguments: args, environment: {}, timeoutSeconds, secondsToEnd };
  const exitCode = await runForeign(system, program, (line) => {
    last = [...last, line].slice(-keptLines);
  });
  if (exitCode === 0) return;
  throw new AgentError(`it ended with status ${exitCode}`, {
    code: 'process.failed',
    subject: [tool, ...args].join(' '),
    remedy: 'see what it said in the journal',
    cause: last.join('\n') || undefined,
  });
}
