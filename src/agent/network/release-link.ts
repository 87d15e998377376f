import { describeError } from '../../core/error/agent-error.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the tool end what it runs for a link that is gone, such as its DHCP client. Before its file goes: that one says what there is to end. */
export interface ReleaseLink {
  readonly kind: 'release-link';
  readonly tool: NetworkToolName;
  readonly link: string;
}

export const releaseLinkKind: ActionKind<ReleaseLink> = {
  kind: 'release-link',
  describe: (action) => `have ${action.tool} let go of ${action.link}`,
  apply: releaseLink,
};

/** Has a tool let go of a link that is gone; nothing where it notices that by itself. */
export function planReleaseLink(tool: NetworkToolName, link: string): ReleaseLink[] {
  return releases[tool] === undefined ? [] : [{ kind: 'release-link', tool, link }];
}

/** Tools that do not notice by themselves that a link is gone. */
const releases: Readonly<Partial<Record<NetworkToolName, (link: string) => readonly [string, ...string[]]>>> = {
  ifupdown: (link) => ['ifdown', '--force', '--ignore-errors', link],
  wicked: (link) => ['wicked', 'ifdown', link],
  'network-scripts': (link) => ['ifdown', link],
};

/** The tool finds its own DHCP client by its own record: nothing is looked for among the processes. What it says of a link that is gone is not a failure. */
async function releaseLink({ tool, link }: ReleaseLink, system: System): Promise<void> {
  const command = releases[tool]?.(link);
  if (command === undefined) return;
  const [program, ...args] = command;
  await system.processes
    .run(program, args)
    .catch((error: unknown) => system.journal.info(`${program} ${link}: ${describeError(error)}`));
}
