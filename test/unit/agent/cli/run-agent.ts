import { agent } from '../../../../src/agent/main.ts';
import { runProgram } from '../../../../src/core/command/run-program.ts';
import { openTerminal } from '../../../../src/core/command/terminal.ts';

export interface AgentAnswer {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the agent in this process, and returns what it printed. */
export async function runAgent(...words: string[]): Promise<AgentAnswer> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => out.push(text) }),
    () => ({ write: (text: string) => err.push(text) }),
  );
  return { exitCode: await runProgram(agent, words, terminal), out: out.join(''), err: err.join('') };
}
