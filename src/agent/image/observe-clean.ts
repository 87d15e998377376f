import type { System } from '../../core/system/system.ts';
import { type ImageRemains, observeImageRemains } from '../identity/image-remains.ts';
import { observeNetworkFiles } from '../network/network-tool.ts';

/** What of one machine is in a tree that is to become an image. */
export interface CleanFacts extends ImageRemains {
  /** Files of the network that the agent wrote for this machine. */
  readonly networkFiles: readonly string[];
  /** What may be of this machine or of the image, so that only a person knows: one sentence each. */
  readonly kept: readonly string[];
}

/** Looks at everything that `gandi-agent image clean` decides by; it changes nothing. */
export async function observeClean(system: System): Promise<CleanFacts> {
  const { files } = await observeNetworkFiles(system);
  return {
    ...(await observeImageRemains(system)),
    // The main file of ifupdown is the admin's; the agent adds a line to it.
    networkFiles: files
      .filter(({ isOurs, path }) => isOurs && path !== '/etc/network/interfaces')
      .map(({ path }) => path),
    kept: [...(await observeNames(system)), ...(await observeEntrances(system))],
  };
}

async function observeNames({ files }: System): Promise<string[]> {
  const name = (await files.read('/etc/hostname').catch(() => undefined))?.trim() ?? '';
  return name === '' || name === 'localhost'
    ? []
    : [`the host name ${name} stays in /etc/hostname and /etc/hosts until a copy gets its own`];
}

/** Whom every copy would let in. */
async function observeEntrances({ files }: System): Promise<string[]> {
  const linesOf = async (path: string) => ((await files.read(path).catch(() => undefined)) ?? '').split('\n');
  const passwords = (await linesOf('/etc/shadow')).map((line) => line.split(':'));
  const open = passwords.filter(([, hash = '']) => /^[$_A-Za-z0-9./]/.test(hash)).map(([user]) => user);
  const homes = (await linesOf('/etc/passwd'))
    .map((line) => line.split(':'))
    .map(([user, , , , , home]) => ({ user, home }));
  const keyed = await Promise.all(
    homes.map(async ({ user, home = '' }) => {
      if (!home.startsWith('/')) return [];
      const keys = (await linesOf(`${home}/.ssh/authorized_keys`)).filter((line) => /^[^#\s]/.test(line));
      return keys.length === 0 ? [] : [`${user} (${keys.length} ${keys.length === 1 ? 'key' : 'keys'})`];
    }),
  );
  const keys = keyed.flat();
  return [
    ...(open.length === 0
      ? []
      : [`every copy would have the passwords of ${open.join(', ')}: lock them with \`passwd --lock USER\``]),
    ...(keys.length === 0
      ? []
      : [
          `every copy would let in the ssh keys of ${keys.join(', ')}: remove authorized_keys where they are of this machine only`,
        ]),
  ];
}
