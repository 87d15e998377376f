import type { SetQueues } from '../action/action.ts';
import type { System } from '../../core/system/system.ts';

/** ethtool(8), --set-channels. */
export async function setQueues({ link, queues }: SetQueues, { processes }: System): Promise<void> {
  await processes.run('ethtool', ['--set-channels', link, 'combined', String(queues)]);
}
