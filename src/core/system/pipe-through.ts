import { Readable, pipeline } from 'node:stream';
import { execa } from 'execa';
import { AgentError } from '../error/agent-error.ts';
import { toolEnvironment } from './tool-environment.ts';

const maximalMessage = 2000;

/**
 * Sends bytes through a tool and hands on what comes out, piece by piece: nothing is kept. Who stops asking ends the
 * tool. What the input throws is thrown here.
 * @throws AgentError `process.failed` or `process.missing`, once all that came out was handed on
 */
export async function* pipeThrough(
  tool: string,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const child = execa(tool, args, {
    extendEnv: false,
    env: toolEnvironment,
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: false,
    reject: false,
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said = `${said}${piece}`.slice(0, maximalMessage);
  });
  const fed = feed(child.stdin, input);
  try {
    for await (const piece of child.stdout as AsyncIterable<Uint8Array>) yield piece;
    const failure = await fed;
    const { exitCode, signal } = await child;
    if (failure !== undefined) throw failure;
    if (exitCode === undefined && signal === undefined) throw missing(tool);
    if (exitCode !== 0) throw failed(tool, args, said.trim() || `exit status ${exitCode ?? signal}`);
  } finally {
    child.kill('SIGKILL');
    await child;
  }
}

/** @returns what the input threw; a tool that ends before its input does is judged by its exit status */
function feed(stdin: NodeJS.WritableStream, input: AsyncIterable<Uint8Array>): Promise<unknown> {
  let failure: unknown;
  // Only its own errors: a tool that ends early is told to the input as an error too.
  const watched = async function* () {
    const pieces = input[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await pieces.next().catch((error: unknown) => {
          failure = error;
          throw error;
        });
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await pieces.return?.();
    }
  };
  return new Promise((resolve) => {
    pipeline(Readable.from(watched(), { highWaterMark: 1 }), stdin, () => resolve(failure));
  });
}

function missing(tool: string): AgentError {
  return new AgentError(`cannot start ${tool}`, {
    code: 'process.missing',
    subject: tool,
    remedy: 'install the package that provides it',
  });
}

function failed(tool: string, args: readonly string[], said: string): AgentError {
  return new AgentError(`${tool} failed`, {
    code: 'process.failed',
    subject: args.at(-1) ?? tool,
    remedy: 'see the message of the tool',
    cause: said,
  });
}
