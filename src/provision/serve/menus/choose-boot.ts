import { bootsFromDisk } from '../hosts/advance.ts';
import type { HostProgress } from '../hosts/host.ts';
import type { Machine, Profiles } from '../profiles/profile-schema.ts';

/** What a machine is to boot. */
export type BootChoice =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'system';
      readonly name: string;
      /** Paths below the store. */
      readonly kernel: string;
      readonly initrds: readonly string[];
      /** Words for the kernel; `{server}` stands for the address of this server. */
      readonly arguments: string;
    };

/**
 * A machine boots what its profile says until it is installed, and from then on from its disk: a menu of a machine that
 * works must not lead to an installer.
 * @param host undefined for one that was never seen
 */
export function chooseBoot(
  profiles: Profiles,
  machine: Machine | undefined,
  host: Pick<HostProgress, 'state' | 'step'> | undefined,
): BootChoice {
  const name = machine?.boot ?? profiles.others;
  const boot = Object.hasOwn(profiles.boots, name) ? profiles.boots[name] : undefined;
  if (boot === undefined || (host !== undefined && bootsFromDisk(host))) return { kind: 'local' };
  return { kind: 'system', name, kernel: boot.kernel, initrds: boot.initrd, arguments: boot.arguments };
}
