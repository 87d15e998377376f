import { AgentError } from '../../src/core/error/agent-error.ts';
import type { Processes, RunOptions } from '../../src/core/system/processes.ts';
import type { AgentProcess } from './agent-process.ts';
import { runTool, type ToolResult } from './tools.ts';

/** The door to programs: tools that are simulated one by one, and that fail, hang or lie where a fault says so. */
export function processesOf(agent: AgentProcess): Processes {
  return {
    run: async (tool, args, options = {}) => {
      await agent.touch();
      const act = () => runTool(agent, tool, args, options.environment);
      const result = await withFault(agent, tool, args, options, act);
      const output = { exitCode: result.exitCode, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
      if (result.exitCode === 0 || options.acceptExitCodes?.includes(result.exitCode)) return output;
      throw toolFailed(tool, output.stderr);
    },
    hold: async (_, args) => {
      await agent.touch();
      const { machine } = agent.world;
      const path = args.find((arg) => arg.startsWith('/proc/')) ?? '';
      const device = machine.deviceAt(String(agent.handles.get(Number(path.split('/').at(-1))) ?? ''));
      if (device === undefined || agent.toolFault('flock') !== undefined) return undefined;
      const lock = machine.lock(device.disk, {
        by: 'agent',
        process: agent.number,
        isExclusive: args.includes('--exclusive'),
      });
      if (lock === undefined) return undefined;
      agent.locks.push(lock);
      return {
        release: async () => {
          await agent.touch();
          machine.unlock(device.disk, lock);
        },
      };
    },
    follow: async () => 0,
    pipe: () => {
      throw new Error('this door is not simulated');
    },
  };
}

async function withFault(
  agent: AgentProcess,
  tool: string,
  args: readonly string[],
  { timeoutSeconds }: RunOptions,
  act: () => ToolResult,
): Promise<ToolResult> {
  const name = nameOf(tool, args);
  const fault = agent.toolFault(name);
  const failure = { exitCode: 32, stderr: 'input/output error' };
  if (fault === undefined) return act();
  if (fault === 'fails') return failure;
  if (fault === 'lies') return { exitCode: 0 };
  if (fault === 'does-and-fails') {
    act();
    return failure;
  }
  const { hanging } = agent.world;
  if (timeoutSeconds === null) return new Promise((resolve) => hanging.push(() => resolve(act())));
  // What hangs in the kernel is done when the device answers, also if nobody waits for it any more, and to the mount that was
  // found by the path then. A tool that was killed begins nothing new.
  const { machine } = agent.world;
  const mounted = machine.mountAt(args.at(-1) ?? '');
  if (name === 'umount') hanging.push(() => void (machine.mountAt(args.at(-1) ?? '') === mounted && act()));
  machine.tick += timeoutSeconds ?? 60;
  throw new AgentError(`${tool} did not end in time`, {
    code: 'process.timed-out',
    subject: tool,
    remedy: 'look for a hung device',
  });
}

/** The tool that matters: flock(1) runs mount(8), timeout(1) runs a hook. */
function nameOf(tool: string, args: readonly string[]): string {
  if (tool === 'flock' && args.includes('mount')) return 'mount';
  if (tool === 'timeout') return 'hook';
  if (tool.startsWith('mkfs.')) return 'mkfs';
  return tool.split('/').at(-1) ?? tool;
}

function toolFailed(tool: string, cause: string): AgentError {
  return new AgentError(`${tool} failed`, {
    code: 'process.failed',
    subject: tool,
    remedy: 'see the message of the tool',
    cause,
  });
}
