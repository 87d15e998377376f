import { AgentError } from '../../core/error/agent-error.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunningMachine } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Asks whether programs get the time zone that /etc/localtime was linked to; they read it by themselves. */
export interface UseTimezone {
  readonly kind: 'use-timezone';
  readonly zone: string;
}

export const useTimezoneKind: ActionKind<UseTimezone> = {
  kind: 'use-timezone',
  isLiveOnly: () => true,
  describe: (action) => `have programs use the time zone ${action.zone}`,
  apply: async () => undefined,
  verify: async ({ zone }, system) => {
    if (!isRunningMachine(system)) return undefined;
    return whyTimezoneIsUnused(zone, (await ifRegular(system.files.read('/etc/environment'))) ?? '');
  },
};

/** Pure: tzset(3) reads /etc/localtime where TZ is not set, and /etc/environment sets it for each login (pam_env(8)). */
export function whyTimezoneIsUnused(zone: string, environment: string): AgentError | undefined {
  const set = /^[ \t]*(?:export[ \t]+)?TZ=["']?:?([^"'\s]+)/m.exec(environment)?.[1];
  if (set === undefined || set === zone) return undefined;
  return new AgentError(`the time zone is not used: logins get TZ=${set}, which counts before /etc/localtime`, {
    code: 'timezone.overridden',
    subject: '/etc/environment',
    remedy: 'remove TZ from it',
  });
}
