import { constants } from 'node:fs';
import type { SetLinkSettings } from '../action/action.ts';
import type { System } from '../../core/system/system.ts';

export async function setLinkSettings({ link, settings }: SetLinkSettings, { files }: System): Promise<void> {
  for (const [key, value] of Object.entries(settings)) {
    const handle = await files.open(`/proc/sys/net/ipv4/conf/${link}/${key}`, constants.O_WRONLY);
    try {
      await handle.write(`${value}\n`);
    } finally {
      await handle.close();
    }
  }
}
