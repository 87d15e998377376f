import { z } from 'zod';
import { AgentError } from '../../core/error/agent-error.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import type { WayOut } from './way-out.ts';
import type { System } from '../../core/system/system.ts';

export const networkTrialPath = '/var/lib/gandi/network-trial.json';

/** A file before and after the change; null where there was none, or is to be none. */
export interface TrialFile {
  readonly path: string;
  readonly mode: number;
  readonly old: string | null;
  readonly new: string | null;
}

/** A new network configuration that has not yet shown that it works. */
export interface NetworkTrial {
  readonly tool: NetworkToolName;
  readonly links: readonly string[];
  readonly wayOut: WayOut;
  /** The network ran when the files were written, so that somebody has to make it read them. */
  readonly live: boolean;
  readonly inPlace: 'new' | 'old';
  readonly files: readonly TrialFile[];
}

/**
 * The record is the agent's own, and root's: only that it is whole is asked.
 * @throws AgentError `state.unreadable`
 */
export async function readNetworkTrial({ files }: System): Promise<NetworkTrial | undefined> {
  const text = await files.read(networkTrialPath);
  if (text === undefined) return undefined;
  try {
    return shape().parse(JSON.parse(text));
  } catch (cause) {
    throw new AgentError('cannot read the record of the network change', {
      code: 'state.unreadable',
      subject: networkTrialPath,
      remedy: 'remove it: the network then stays as it is',
      cause,
    });
  }
}

export function renderNetworkTrial(trial: NetworkTrial): string {
  return `${JSON.stringify(trial, undefined, 2)}\n`;
}

/** Made when it is needed: few runs read a trial, and each schema that is there from the start costs start-up time. */
function shape(): z.ZodType<NetworkTrial> {
  const tool = z.enum(['netplan', 'ifupdown', 'NetworkManager', 'networkd', 'wicked', 'network-scripts']);
  const wayOut = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('gateways'), gateways: z.array(z.string()) }),
    z.object({ kind: z.literal('any') }),
    z.object({ kind: z.literal('none') }),
  ]);
  const content = z.string().nullable();
  const file = z.object({ path: z.string(), mode: z.number(), old: content, new: content });
  const inPlace = z.enum(['new', 'old']);
  return z.object({ tool, links: z.array(z.string()), wayOut, live: z.boolean(), inPlace, files: z.array(file) });
}
