import { AgentError } from '../../core/error/agent-error.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunBySystemd, isRunningMachine, type System } from '../../core/system/system.ts';
import { observeUnitUse, type UnitUse } from '../facts/unit-use.ts';
import { controlUnitKind } from '../action/control-unit.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the time service read again what was written for it, and asks whether it does. Does nothing on a tree that is not running. */
export interface UseTimeServers {
  readonly kind: 'use-time-servers';
  readonly unit: string;
  /** The file that was written. */
  readonly path: string;
  /** The file of the service that has to name ours, or its folder; null where the program reads the folder by itself. */
  readonly includedBy: string | null;
}

export const useTimeServersKind: ActionKind<UseTimeServers> = {
  kind: 'use-time-servers',
  isLiveOnly: () => true,
  describe: (action) => `have ${action.unit} use the time servers`,
  apply: ({ unit }, system) =>
    controlUnitKind.apply({ kind: 'control-unit', unit, verb: 'try-reload-or-restart' }, system),
  verify: async (action, system) =>
    isRunningMachine(system) ? whyTimeServersAreUnused(action, await observe(action, system)) : undefined,
};

/** What a time service makes of the file. */
export interface TimeServiceUse {
  /** Null where systemd does not run, and nobody was asked. */
  readonly unit: UnitUse | null;
  /** Text of the file that has to name ours; null where none has to. */
  readonly main: string | null;
}

async function observe({ unit, includedBy }: UseTimeServers, system: System): Promise<TimeServiceUse> {
  return {
    unit: (await isRunBySystemd(system)) ? await observeUnitUse(system, unit) : null,
    main: includedBy === null ? null : ((await ifRegular(system.files.read(includedBy))) ?? ''),
  };
}

/** Pure: why the time servers are asked by nobody; undefined where they are. */
export function whyTimeServersAreUnused(
  { unit, path, includedBy }: Pick<UseTimeServers, 'unit' | 'path' | 'includedBy'>,
  facts: TimeServiceUse,
): AgentError | undefined {
  if (facts.unit === 'off') {
    return new AgentError('the time servers are not used: the service neither runs nor starts at boot', {
      code: 'time.not-running',
      subject: unit,
      remedy: `run \`systemctl enable --now ${unit}\``,
    });
  }
  if (includedBy === null || facts.main === null || names(facts.main, path)) return undefined;
  return new AgentError(`the time servers are not used: this file does not read ${path}`, {
    code: 'time.not-read',
    subject: includedBy,
    remedy: `add the line \`${lineFor(path)}\``,
  });
}

/** chrony.conf(5): sourcedir reads *.sources, which have only lines with sources. */
function lineFor(path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return path.endsWith('.sources') ? `sourcedir ${folder}` : `include ${folder}/*.conf`;
}

/** chrony.conf(5): sourcedir, confdir and include name a folder, or files by a pattern. */
function names(main: string, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return main.split('\n').some((line) => {
    const [keyword = '', ...places] = line.trim().split(/\s+/);
    return /^(?:sourcedir|confdir|include)$/.test(keyword) && places.some((place) => place.startsWith(folder));
  });
}
