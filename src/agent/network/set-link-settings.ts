import type { System } from '../../core/system/system.ts';
import { writeAttribute } from '../../core/system/write-attribute.ts';
import type { ActionKind } from '../action/kind.ts';

/** Settings of one link below /proc/sys/net/ipv4/conf (Linux Documentation/networking/ip-sysctl.rst). */
export interface SetLinkSettings {
  readonly kind: 'set-link-settings';
  readonly link: string;
  readonly settings: Readonly<Record<string, string>>;
}

export const setLinkSettingsKind: ActionKind<SetLinkSettings> = {
  kind: 'set-link-settings',
  describe: (action) =>
    `set ${Object.entries(action.settings)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')} of ${action.link}`,
  apply: setLinkSettings,
};

async function setLinkSettings({ link, settings }: SetLinkSettings, system: System): Promise<void> {
  for (const [key, value] of Object.entries(settings)) {
    await writeAttribute(system, `/proc/sys/net/ipv4/conf/${link}/${key}`, `${value}\n`);
  }
}
