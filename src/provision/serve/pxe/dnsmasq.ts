import { AgentError } from '../../../core/error/agent-error.ts';
import type { Journal } from '../../../core/system/journal.ts';
import type { Processes } from '../../../core/system/processes.ts';

/** dnsmasq while it runs. */
export interface Dnsmasq {
  /** Rejects when it ends without being told to. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * Starts dnsmasq as a child that lives as long as we do.
 * @param config path of its configuration
 * @param onRequest gets the MAC address of a machine whose firmware asks what to boot
 */
export function startDnsmasq(
  processes: Processes,
  config: string,
  journal: Journal,
  onRequest: (mac: string) => void,
): Dnsmasq {
  const stopping = new AbortController();
  const onLine = (line: string) => {
    journal.debug(line, { speaker: 'program', program: 'dnsmasq' });
    const mac = machineOfLine(line);
    if (mac !== undefined) onRequest(mac);
  };
  const args = ['--keep-in-foreground', '--log-facility=-', `--conf-file=${config}`];
  const ended = processes
    .follow('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '--', 'dnsmasq', ...args], onLine, { signal: stopping.signal })
    .then((status) => {
      if (stopping.signal.aborted) return;
      throw new AgentError(`dnsmasq ended with status ${status}`, {
        code: 'serve.dnsmasq-ended',
        subject: config,
        remedy: 'see what it says with --verbose; another DHCP or TFTP server may have the ports 67 and 69',
      });
    });
  return { ended, stop: () => stopping.abort() };
}

/** `dnsmasq-dhcp: 1234 PXE(eth0) 52:54:00:12:34:56 proxy`: a request for proxy DHCP, as dnsmasq logs it. */
export function machineOfLine(line: string): string | undefined {
  return /\bPXE\(\S+\) (?:\d+(?:\.\d+){3} )?((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\b/.exec(line)?.[1];
}
