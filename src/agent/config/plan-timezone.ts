import type { Action } from './actions.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import type { TimezoneFacts } from './timezone.ts';
import type { ConfigContext, ConfigPlan } from './config-step.ts';

/**
 * The zone that somebody asks for: the admin by the flag, else the platform by the payload, else by the kernel
 * argument `gandi=<zone>-…`. Nobody asks: undefined, and the zone stays as it is.
 */
export function chooseTimezone({ flags, config }: ConfigContext, kernelArguments: string): string | undefined {
  return flags.CONFIG_TIMEZONE_NAME || config?.timezone || zoneOfKernelArgument(kernelArguments);
}

/** The old agent knew `cet`, and took anything else for UTC. */
function zoneOfKernelArgument(kernelArguments: string): string | undefined {
  const word = /(?:^|\s)gandi=([^-\s]+)/.exec(kernelArguments)?.[1];
  if (word === undefined) return undefined;
  return word.toLowerCase() === 'cet' ? 'Europe/Paris' : 'Etc/UTC';
}

/** A link and not a copy (localtime(5)), so that an update of the zone's rules takes effect. */
export function planTimezone(zone: string, facts: TimezoneFacts): ConfigPlan {
  if (!facts.isKnown) throw unknownZone(zone);
  const target = `/usr/share/zoneinfo/${zone}`;
  const link: Action = { kind: 'write-link', path: '/etc/localtime', target };
  const name: Action = { kind: 'write-file', path: '/etc/timezone', content: `${zone}\n`, mode: 0o644 };
  return {
    wanted: zone,
    actions: [
      ...(facts.localtimeTarget?.endsWith(`/zoneinfo/${zone}`) ? [] : [link, { kind: 'use-timezone', zone } as const]),
      // Debian up to 12 keeps the name in a file of its own; where there is none, nothing reads it.
      ...(facts.timezoneFile === undefined || facts.timezoneFile.trim() === zone ? [] : [name]),
    ],
  };
}

function unknownZone(zone: string): AgentError {
  return new AgentError('cannot set the timezone: this machine knows no such zone', {
    code: 'config.unknown-timezone',
    subject: zone,
    remedy: 'correct the name, see `timedatectl list-timezones`, or install tzdata',
  });
}
