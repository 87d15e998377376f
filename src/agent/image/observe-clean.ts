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
    kept: [
      ...(await observeNames(system)),
      ...(await observeNameServers(system)),
      ...(await observeEntrances(system)),
      ...(await observeAdministrators(system)),
    ],
  };
}

async function observeNames({ files }: System): Promise<string[]> {
  const textOf = (path: string) => files.read(path).catch(() => undefined);
  const name = (await textOf('/etc/hostname'))?.trim() ?? '';
  if (name === '' || name === 'localhost') return [];
  const mailname = (await textOf('/etc/mailname'))?.trim() === name ? ['/etc/mailname'] : [];
  const lines = ((await textOf('/etc/hosts')) ?? '').split('\n').map((line) => line.replace(/#.*/, '').split(/\s+/));
  const addresses = lines.filter(([, ...names]) => names.includes(name)).map(([address]) => address);
  const hosts = addresses.length === 0 ? [] : [`/etc/hosts (${addresses.join(', ')})`];
  const places = ['/etc/hostname', ...mailname, ...hosts];
  return [`the host name ${name} stays in ${places.join(', ')} until a copy gets its own`];
}

/** A link is written by its owner in each copy. */
async function observeNameServers({ files }: System): Promise<string[]> {
  if ((await files.status('/etc/resolv.conf'))?.type !== 'file') return [];
  const text = (await files.read('/etc/resolv.conf').catch(() => undefined)) ?? '';
  const servers = [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map(([, server]) => server);
  return servers.length === 0
    ? []
    : [`the name servers ${servers.join(', ')} stay in /etc/resolv.conf until a copy gets its own`];
}

/** Groups whose members the sudoers files of the distributions let become root. */
const rootGroups = new Set(['sudo', 'wheel', 'admin']);

async function observeAdministrators({ files }: System): Promise<string[]> {
  const text = (await files.read('/etc/group').catch(() => undefined)) ?? '';
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([group = '', , , members = '']) => rootGroups.has(group) && members !== '')
    .map(
      ([group, , , members = '']) =>
        `in every copy ${members.replaceAll(',', ', ')} could become root, by the group ${group}: \`gpasswd --delete USER ${group}\` takes one out`,
    );
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
