import type { System } from '../../core/system/system.ts';

export interface UdevMonitor {
  /** Kernel names of the block devices that udev has come to the end of since the monitor listens. */
  readonly done: ReadonlySet<string>;
  /** Resolves once it has come to the end of one. */
  readonly first: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Listens to what udev says when it is done with a block device (udevadm(8), monitor), from the moment that this returns.
 * @throws AgentError `process.missing`
 */
export async function openUdevMonitor({ processes }: System): Promise<UdevMonitor> {
  const done = new Set<string>();
  const { promise: listening, resolve: isListening } = Promise.withResolvers<void>();
  const { promise: first, resolve: isHeard } = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const hear = (line: string) => {
    // What it says once it listens: `UDEV - the event which udev sends out after rule processing`.
    if (line.startsWith('UDEV -')) isListening();
    const [, name] = /^UDEV\s+\[[^\]]*\]\s+\S+\s+\S*\/(\S+) \(block\)$/.exec(line) ?? [];
    if (name === undefined) return;
    done.add(name);
    isHeard();
  };
  const args = ['monitor', '--udev', '--subsystem-match=block'];
  const ended = processes.follow('udevadm', args, hear, { signal: stopping.signal });
  await Promise.race([listening, ended]);
  return {
    done,
    first,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
