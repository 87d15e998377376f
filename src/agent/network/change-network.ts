import { dirname } from 'node:path';
import { observeUnitState } from '../facts/unit-state.ts';
import { type NetworkTrial, networkTrialPath, readNetworkTrial, renderNetworkTrial } from './network-trial.ts';
import { isRunBySystemd, isRunningMachine, type System } from '../../core/system/system.ts';
import { rememberWrittenLinks } from './ask-owners.ts';
import { requireAcceptedNetwork } from './check-network.ts';
import { keepOld } from '../action/keep-old.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import { generateNetplan } from './netplan-generator.ts';
import type { WayOut } from './way-out.ts';
import type { ActionKind } from '../action/kind.ts';

export interface NetworkFileChange {
  readonly path: string;
  readonly mode: number;
  /** Null where the file is to go. */
  readonly content: string | null;
}

/**
 * Replaces files of the network as one, on trial: what they were before returns if the machine then has no way out. The
 * handler has the tool check them first; docs/decisions/network-change.md has the table.
 */
export interface ChangeNetwork {
  readonly kind: 'change-network';
  readonly tool: NetworkToolName;
  readonly files: readonly NetworkFileChange[];
  /** Links whose configuration changes. */
  readonly links: readonly string[];
  /** By what the new configuration shows that it works. */
  readonly wayOut: WayOut;
  /** Keeps what is replaced in /var/lib/gandi/replaced. */
  readonly keepOld?: boolean;
}

export const changeNetworkKind: ActionKind<ChangeNetwork> = {
  kind: 'change-network',
  describe: (action) =>
    `${action.files.map(({ path, content }) => `${content === null ? 'remove' : 'write'} ${path}`).join(', ')} on trial`,
  apply: changeNetwork,
};

const confirmUnit = 'gandi-network.service';

/**
 * Replaces files of the network as one. They are checked by the tool that reads them first; then what they replace is
 * recorded, so that `gandi-network.service` can return to it, and only then is the first file written. Where the network
 * runs already, that unit is started: it outlives the session of the one who asked for the change.
 * @throws AgentError `network.refused-by-check` with what the tool said; nothing is replaced then. `process.*` where netplan
 *   cannot hand on what was written
 */
export async function changeNetwork(action: ChangeNetwork, system: System): Promise<void> {
  if (isRunningMachine(system)) await requireAcceptedNetwork(action, system);
  const live = await isNetworkUp(system);
  const trial = await makeTrial(action, live, system);
  const isOnTrial = isRunningMachine(system) && (live || trial.files.some(({ old }) => old !== null));
  if (isOnTrial) {
    await system.files.makeDirectory(dirname(networkTrialPath), 0o700);
    await system.files.replace(networkTrialPath, renderNetworkTrial(trial), { mode: 0o600 });
  }
  for (const file of action.files) {
    if (action.keepOld) await keepOld(file.path, system);
    if (file.content === null) await system.files.remove(file.path);
    else await writeOne(file.path, file.content, file.mode, system);
  }
  if (isRunningMachine(system)) await rememberWrittenLinks(action, system);
  if (isRunningMachine(system) && !live && action.tool === 'netplan') await generateNetplan(system);
  // Not `start`: a run that is judging an earlier change would go on with that one.
  if (live) await system.processes.run('systemctl', ['--no-block', 'restart', confirmUnit]);
}

/** What was there before a change that is still on trial is what was there before this one. */
async function makeTrial(action: ChangeNetwork, live: boolean, system: System): Promise<NetworkTrial> {
  const earlier = (await readNetworkTrial(system))?.files ?? [];
  const changed = await Promise.all(
    action.files.map(async ({ path, mode, content }) => {
      const before = earlier.find((file) => file.path === path);
      const old = before === undefined ? ((await system.files.read(path)) ?? null) : before.old;
      return { path, mode, old, new: content };
    }),
  );
  const others = earlier.filter(({ path }) => !changed.some((file) => file.path === path));
  const { tool, links, wayOut } = action;
  return { tool, links, wayOut, live, inPlace: 'new', files: [...others, ...changed] };
}

async function writeOne(path: string, content: string, mode: number, { files }: System): Promise<void> {
  if ((await files.status(dirname(path))) === undefined) await files.makeDirectory(dirname(path), 0o755);
  // NetworkManager and netplan refuse files of theirs that others can read.
  await files.replace(path, content, { mode, enforceMode: mode === 0o600 });
}

/** Bootstrap comes before this target (systemd.special(7)): at boot it is not reached while the files are written. */
async function isNetworkUp(system: System): Promise<boolean> {
  return (await isRunBySystemd(system)) && (await observeUnitState(system, 'network-pre.target')) === 'active';
}
