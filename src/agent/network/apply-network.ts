import type { NetworkToolName } from '../network-config/network-tools.ts';
import { connectionId, ownKeyfilePath } from '../network-config/renderers/networkmanager.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { isBound } from '../action/run-foreign.ts';
import { runNetworkTool } from './run-network-tool.ts';

/** Has the tool read its files again and configure these links. */
export interface ApplyNetwork {
  readonly kind: 'apply-network';
  readonly tool: NetworkToolName;
  readonly links: readonly string[];
  /** Nothing configured these links before, so there is nothing to take down first. */
  readonly areNew?: boolean;
}

export const applyNetworkKind: ActionKind<ApplyNetwork> = {
  kind: 'apply-network',
  describe: ({ tool, links }) =>
    links.length === 0 ? `have ${tool} read its files again` : `have ${tool} configure ${links.join(', ')}`,
  apply: applyNetwork,
};

/** Tools that are told of each link by itself, and of nothing else: where no link is to be configured they have nothing to do. */
const toldByLink: readonly NetworkToolName[] = ['ifupdown', 'network-scripts'];

/** Has a tool notice that files of its own are gone; nothing where it has nothing to do about that. */
export function planReload(tool: NetworkToolName): ApplyNetwork[] {
  return toldByLink.includes(tool) ? [] : [{ kind: 'apply-network', tool, links: [] }];
}

type Apply = (links: readonly string[], system: System) => Promise<void>;

const applies: Readonly<Record<NetworkToolName, Apply>> = {
  ifupdown: applyInterfaces,
  netplan: (_, system) => runNetworkTool(system, 'netplan', ['apply']),
  NetworkManager: applyKeyfiles,
  networkd: applyNetworkd,
  wicked: (_, system) => runNetworkTool(system, 'wicked', ['ifreload', 'all']),
  'network-scripts': applyScripts,
};

/** Has the tool read its files again, for these links. What it says to a configuration that is wrong is for the trial to see. */
async function applyNetwork({ tool, links, areNew = false }: ApplyNetwork, system: System): Promise<void> {
  if (tool === 'ifupdown' && areNew) return raiseNewInterfaces(links, system);
  if (tool === 'ifupdown') await takeDownInterfaces(links, system);
  await applies[tool](links, system);
}

/** By what is in the files now ifdown takes down what was there before: whatever it misses is taken from the link itself. */
async function takeDownInterfaces(links: readonly string[], system: System): Promise<void> {
  for (const link of links.toReversed()) {
    await attempt(system, 'ifdown', ['--force', '--ignore-errors', link]);
    await attempt(system, 'ip', ['address', 'flush', 'dev', link, 'scope', 'global']);
  }
}

async function applyInterfaces(links: readonly string[], system: System): Promise<void> {
  for (const link of links) await attempt(system, 'ifup', ['--force', link]);
}

/** In a scope of its own (systemd-run(1)): the DHCP client that ifup leaves behind is not a part of the session that asked for it. */
async function raiseNewInterfaces(links: readonly string[], system: System): Promise<void> {
  if (!(await isRunBySystemd(system)) || (await isBound(system))) return applyInterfaces(links, system);
  for (const link of links) {
    const scope = ['--scope', '--quiet', '--collect', '--'];
    await attempt(system, 'systemd-run', [...scope, 'ifup', '--force', link]);
  }
}

async function applyNetworkd(links: readonly string[], system: System): Promise<void> {
  await runNetworkTool(system, 'networkctl', ['reload']);
  for (const link of links) await attempt(system, 'networkctl', ['reconfigure', link]);
}

/** A connection that was taken away is given up by the reload itself. */
async function applyKeyfiles(links: readonly string[], system: System): Promise<void> {
  await runNetworkTool(system, 'nmcli', ['connection', 'reload']);
  for (const link of links) {
    if ((await system.files.status(ownKeyfilePath(link))) === undefined) continue;
    await attempt(system, 'nmcli', ['--wait', '30', 'connection', 'up', 'id', connectionId(link)]);
  }
}

async function applyScripts(links: readonly string[], system: System): Promise<void> {
  for (const link of links) {
    await attempt(system, 'ifdown', [link]);
    await attempt(system, 'ifup', [link]);
  }
}

/** One link that does not come up must not keep the others down. */
async function attempt(system: System, tool: string, args: readonly string[]): Promise<void> {
  await runNetworkTool(system, tool, args).catch((error: unknown) =>
    system.journal.warn(`${tool} ${args.join(' ')}: ${error instanceof Error ? error.message : String(error)}`),
  );
}
