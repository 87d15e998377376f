import { AgentError } from '../../core/error/agent-error.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import type { LinkOwner, LinkOwnership } from './link-owners.ts';

/** The programs that carry out the files of a tool: netplan hands its own on. */
const carriers: Readonly<Record<NetworkToolName, readonly LinkOwner[]>> = {
  netplan: ['networkd', 'NetworkManager'],
  ifupdown: ['ifupdown'],
  NetworkManager: ['NetworkManager'],
  networkd: ['networkd'],
  wicked: [],
  'network-scripts': [],
};

/** Whether a program that carries out the tool's files has the link; undefined where none of them can be asked. */
export function isOwned(tool: NetworkToolName, ownership: LinkOwnership): boolean | undefined {
  const known = carriers[tool].map((carrier) => ownership[carrier]).filter((owns) => owns !== undefined);
  return known.length === 0 ? undefined : known.some((owns) => owns);
}

/** Why the files of a link are not what it is configured by; undefined where they are, and where nobody can be asked. */
export function whyLinkIsNotOwned(
  tool: NetworkToolName,
  link: string,
  ownership: LinkOwnership,
): AgentError | undefined {
  const others = (Object.keys(ownership) as LinkOwner[]).filter(
    (each) => ownership[each] === true && !carriers[tool].includes(each),
  );
  const [other] = others;
  if (isOwned(tool, ownership) === false) {
    const because = other === undefined ? `${tool} does not have the link` : `${other} has the link, and not ${tool}`;
    return unused(
      'network.not-owned',
      link,
      because,
      `see what ${tool} says in the journal, and which of them is enabled`,
    );
  }
  if (carriers[tool].length === 0 || other === undefined) return undefined;
  return unused(
    'network.two-owners',
    link,
    `${other} has the link too`,
    `have one of ${tool} and ${other} leave it alone`,
  );
}

function unused(code: string, subject: string, because: string, remedy: string): AgentError {
  return new AgentError(`its network configuration is not the one in use: ${because}`, { code, subject, remedy });
}
