import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Gives a NIC that many pairs of queues. */
export interface SetQueues {
  readonly kind: 'set-queues';
  readonly link: string;
  readonly queues: number;
}

export const setQueuesKind: ActionKind<SetQueues> = {
  kind: 'set-queues',
  describe: (action) => `give ${action.link} ${action.queues} pairs of queues`,
  apply: setQueues,
};

/** ethtool(8), --set-channels. */
async function setQueues({ link, queues }: SetQueues, { processes }: System): Promise<void> {
  await processes.run('ethtool', ['--set-channels', link, 'combined', String(queues)]);
}
