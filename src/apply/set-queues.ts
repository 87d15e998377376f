import type { SetQueues } from '../action.ts';
import type { System } from '../system/system.ts';

/** ethtool(8), --set-channels. */
export async function setQueues({ link, queues }: SetQueues, { processes }: System): Promise<void> {
  await processes.run('ethtool', ['--set-channels', link, 'combined', String(queues)]);
}
