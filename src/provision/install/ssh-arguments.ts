import { quoteWords } from '../../core/command/quote-words.ts';

/** How a machine that runs a PreOS is reached. */
export interface SshTarget {
  readonly address: string;
  readonly port: number;
  /** File of the private key; null for those that ssh(1) finds itself. */
  readonly identity: string | null;
}

/**
 * Arguments of ssh(1) that run a command as root on the machine. A PreOS makes its host key at each boot, so no earlier one
 * says anything about it: install in a network of its own where nobody else can answer. The far end has a shell, so the words are
 * quoted for it.
 */
export function sshArguments({ address, port, identity }: SshTarget, command: readonly string[]): string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'ConnectTimeout=10',
    // One per second: a machine may trigger before its sshd listens.
    'ConnectionAttempts=60',
    // A cable that was pulled is told after 40 s.
    'ServerAliveInterval=10',
    'ServerAliveCountMax=4',
    ...(identity === null ? [] : ['IdentitiesOnly=yes']),
  ];
  return [
    ...options.flatMap((option) => ['-o', option]),
    ...(identity === null ? [] : ['-i', identity]),
    ...['-p', String(port), `root@${address}`],
    quoteWords(command),
  ];
}
