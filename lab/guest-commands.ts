import type { CommandResult } from './shell.ts';

/** How many times longer than told a test waits: for a machine that is busy with other work. */
const patience = Number(process.env.GANDI_PATIENCE ?? 1);

/**
 * A command line that pauses for half a second, to be run in a loop with `pauses` as its redirection. It starts no program: the one
 * processor of a guest has the work to do that is waited for.
 */
export const pause = 'read -rt 0.5 -u 9';
/** A pipe of the shell's own that nobody writes to. */
export const pauses = '9<> <(:)';

/** What is asked of a machine by its root shell, whatever carries the shell. */
export abstract class GuestCommands {
  /** Runs a command line in the machine's bash, as it is told, and returns what came of it. */
  protected abstract answer(command: string, seconds: number): Promise<CommandResult>;

  /** Runs a command line in the guest as root, and returns what came of it. */
  run(command: string, seconds = 60): Promise<CommandResult> {
    return this.answer(command, seconds * patience);
  }

  /**
   * Runs a command line that must succeed, and returns its standard output without the last line break.
   * @throws Error with all that it printed
   */
  async expect(command: string, seconds = 60): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, seconds);
    if (exitCode === 0) return stdout.replace(/\n$/, '');
    throw new Error(`in the guest, status ${exitCode} of: ${command}\n${stdout}${stderr}`);
  }

  /** Waits until a command line succeeds, tried again and again by the guest itself, and returns its output. */
  async waitFor(command: string, seconds = 30): Promise<string> {
    const attempt = `until out=$(${command}); do ${pause}; done ${pauses} 2>/dev/null; echo "$out"`;
    const { exitCode, stdout } = await this.run(attempt, seconds);
    if (exitCode === 0) return stdout.replace(/\n$/, '');
    const last = await this.run(command);
    throw new Error(`the guest did not come to this within ${seconds} s: ${command}\n${last.stdout}${last.stderr}`);
  }

  /** Waits until something is mounted there. */
  async waitForMount(mountPoint: string, seconds = 30): Promise<void> {
    await this.waitFor(`findmnt --noheadings ${quoted(mountPoint)}`, seconds);
  }

  /** Waits until boot has ended and returns systemd's verdict, `running` or `degraded`; nothing where it does not run. */
  async waitForBoot(seconds = 300): Promise<string> {
    const ended =
      'test -d /run/systemd/system && systemctl is-system-running --wait || gandi-agent status --wait >/dev/null';
    const { stdout } = await this.run(ended, seconds);
    return stdout.trim();
  }

  /** Seconds since it was started, by its own clock. */
  async uptime(): Promise<number> {
    return Number((await this.expect('cat /proc/uptime')).split(' ')[0]);
  }

  async readFile(path: string): Promise<string> {
    return Buffer.from(await this.expect(`base64 ${quoted(path)}`), 'base64').toString();
  }

  async writeFile(path: string, text: string): Promise<void> {
    await this.expect(`base64 --decode <<<'${Buffer.from(text).toString('base64')}' >${quoted(path)}`);
  }
}

/** A word of a command line, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
