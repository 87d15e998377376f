import type { AgentError } from '../../core/error/agent-error.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { controlUnitKind } from '../action/control-unit.ts';
import type { ActionKind } from '../action/kind.ts';
import { observeNameResolution } from './name-resolution.ts';
import type { NameServersReader } from './resolver.ts';
import { whyNameServersAreUnused } from './unused-name-servers.ts';

/** Has name resolution read again what was written for it, and asks whether it does. Does nothing on a tree that is not running. */
export interface UseNameServers {
  readonly kind: 'use-name-servers';
  readonly nameservers: readonly string[];
  readonly reader: NameServersReader;
}

export const useNameServersKind: ActionKind<UseNameServers> = {
  kind: 'use-name-servers',
  isLiveOnly: () => true,
  describe: (action) => `have name resolution use ${action.nameservers.join(', ')}`,
  apply: useNameServers,
  verify,
};

const tell: Readonly<Record<NameServersReader, (system: System) => Promise<unknown>>> = {
  file: async () => undefined,
  // It may run already: since Debian 12 it is started before anything that waits for us.
  'systemd-resolved': (system) =>
    controlUnitKind.apply(
      { kind: 'control-unit', unit: 'systemd-resolved.service', verb: 'try-reload-or-restart' },
      system,
    ),
  // At boot, before resolvconf was started, it has nothing to do and does it later by itself; resolvconf(8), -u.
  resolvconf: (system) => system.processes.run('resolvconf', ['-u']),
};

async function useNameServers({ reader }: UseNameServers, system: System): Promise<void> {
  if (isRunningMachine(system)) await tell[reader](system);
}

async function verify(action: UseNameServers, system: System): Promise<AgentError | undefined> {
  if (!isRunningMachine(system)) return undefined;
  return whyNameServersAreUnused(action, await observeNameResolution(system, action.reader));
}
