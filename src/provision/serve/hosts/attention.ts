import type { Host, HostState } from './host.ts';

/** Seconds after which a machine that has not moved on is worth a look; those at an end never are. */
const patience: Readonly<Partial<Record<HostState, number>>> = { bare: 600, preos: 600, installing: 3600, booted: 900 };

/** Whether a machine failed or stands still, so that a person should look. A bare machine that was sent to its own disk does not. */
export type Attention = 'failed' | 'stands-still' | 'none';

export function attentionOf({ state, step, detail, since }: Host, now: Date): Attention {
  if (state === 'failed') return 'failed';
  const limit = step === 'boot-menu' && detail === 'local' ? undefined : patience[state];
  const seconds = (now.getTime() - Date.parse(since)) / 1000;
  return limit !== undefined && seconds > limit ? 'stands-still' : 'none';
}

const order: readonly Attention[] = ['failed', 'stands-still', 'none'];
const stateOrder: readonly HostState[] = ['failed', 'installing', 'preos', 'booted', 'bare', 'done'];

/** Those that a person should look at first, then those under way, longest first. */
export function byAttention(hosts: readonly Host[], now: Date): Host[] {
  const rank = (host: Host) =>
    order.indexOf(attentionOf(host, now)) * stateOrder.length + stateOrder.indexOf(host.state);
  return hosts.toSorted((one, other) => rank(one) - rank(other) || Date.parse(one.since) - Date.parse(other.since));
}

/** What a person calls a machine: its name, else the first thing that it is known by. */
export function titleOf({ name, mac, address, uuid, id }: Host): string {
  return name ?? mac ?? address ?? uuid ?? `host ${id}`;
}
