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
 * As nobody, with the rights to use its ports, and killed by the kernel when this process ends, however that ends. dnsmasq
 * could change its user itself, but the kernel takes that for a reason to let it live on (PR_SET_PDEATHSIG in prctl(2)).
 */
const capabilities = '+net_admin,+net_bind_service,+net_raw';
const asNobody = [
  ...['--reuid', '65534', '--regid', '65534', '--clear-groups'],
  ...['--inh-caps', capabilities, '--ambient-caps', capabilities, '--bounding-set', `-all,${capabilities}`],
  ...['--no-new-privs', '--pdeathsig', 'KILL'],
];

/**
 * Starts dnsmasq as a child that lives as long as we do.
 * @param config text of its configuration; each line goes as an option, as nobody may read no folder of ours
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
  const own = ['--keep-in-foreground', '--log-facility=-', '--pid-file=', '--conf-file=/dev/null'];
  const ended = processes
    .follow('/usr/bin/setpriv', [...asNobody, '--', 'dnsmasq', ...own, ...optionsOf(config)], onLine, {
      signal: stopping.signal,
    })
    .then((status) => {
      if (stopping.signal.aborted) return;
      throw new AgentError(`dnsmasq ended with status ${status}`, {
        code: 'serve.dnsmasq-ended',
        subject: 'dnsmasq',
        remedy: 'see what it says with --verbose; another DHCP or TFTP server may have the ports 67 and 69',
      });
    });
  return { ended, stop: () => stopping.abort() };
}

function optionsOf(config: string): string[] {
  return config.split('\n').flatMap((line) => (line === '' || line.startsWith('#') ? [] : [`--${line}`]));
}

/** `dnsmasq-dhcp: 1234 PXE(eth0) 52:54:00:12:34:56 proxy`: a request for proxy DHCP, as dnsmasq logs it. */
export function machineOfLine(line: string): string | undefined {
  return /\bPXE\(\S+\) (?:\d+(?:\.\d+){3} )?((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\b/.exec(line)?.[1];
}
