import { execa } from 'execa';

export interface HostCommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/**
 * Runs a program of this host to its end and returns its standard output.
 * @throws Error with what the program printed, when it fails or is missing
 */
export async function runOnHost(
  tool: string,
  args: readonly string[],
  options: HostCommandOptions = {},
): Promise<string> {
  const result = await execa(tool, args, {
    env: { LC_ALL: 'C.UTF-8', ...options.environment },
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    all: true,
    reject: false,
  });
  if (result.exitCode === 0) return result.stdout;
  const said = result.all?.slice(-4000) || result.shortMessage || '';
  throw new Error(`${tool} failed with status ${result.exitCode}: ${[tool, ...args].join(' ')}\n${said}`);
}
