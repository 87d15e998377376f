import type { System } from '../../core/system/system.ts';
import { observeServices } from '../facts/services.ts';
import { ourServices } from '../doctor/our-services.ts';
import { decideEntrances, type Entrances } from '../access/entrances.ts';
import { observeEntrancesOfTree } from '../doctor/observe-entrances.ts';
import type { Finding } from '../doctor/finding.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import { observeNetworkFiles } from '../network/network-tool.ts';
import { type CleanFacts, observeClean } from './observe-clean.ts';

/** What an image is judged by. */
export interface ImageFacts {
  /** Where it is mounted, for remedies. */
  readonly root: string;
  readonly isInstalled: boolean;
  readonly remains: CleanFacts;
  /** Names of the programs of `tools` that the image has. */
  readonly programs: ReadonlySet<string>;
  /** What configures the network; null where nothing is that the agent knows. */
  readonly networkTool: string | null;
  /** Services of the agent that start at boot. */
  readonly enabled: ReadonlySet<string>;
  readonly flagMistakes: readonly string[];
  /** Who gets in as the image is; the platform's configuration may let in more. */
  readonly entrances: Entrances;
}

/** What growth and mounting take, and what is missing without it. */
const tools = [
  { name: 'resize2fs', without: 'ext file systems, also that of /, do not grow', package: 'e2fsprogs' },
  { name: 'xfs_growfs', without: 'XFS disks do not grow', package: 'xfsprogs' },
  { name: 'btrfs', without: 'Btrfs disks do not grow', package: 'btrfs-progs' },
  {
    name: 'sfdisk',
    without: 'the partition of / does not grow to the end of a larger disk',
    package: 'fdisk or util-linux',
  },
  { name: 'partx', without: 'the kernel is not told of a partition that grew', package: 'util-linux' },
  {
    name: 'ip',
    without: 'addresses are not reported, and replies are not routed by their interface',
    package: 'iproute2',
  },
] as const;

const programFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export async function observeImage(system: System): Promise<ImageFacts> {
  const there = await Promise.all(
    tools.map(async ({ name }) => {
      const found = await Promise.all(programFolders.map((folder) => system.files.status(`${folder}/${name}`)));
      return found.some((status) => status !== undefined) ? [name] : [];
    }),
  );
  const texts = await Promise.all(flagFiles.map((path) => system.files.read(path)));
  const { warnings, unknown } = parseFlags(texts.find((text) => text !== undefined) ?? '');
  const { tool } = await observeNetworkFiles(system);
  return {
    root: system.root,
    isInstalled: (await system.files.status('/usr/lib/gandi/gandi-agent')) !== undefined,
    remains: await observeClean(system),
    programs: new Set(there.flat()),
    networkTool: tool?.name ?? null,
    enabled: (await observeServices(system)).enabled,
    flagMistakes: [...warnings, ...unknown],
    entrances: decideEntrances(await observeEntrancesOfTree(system)),
  };
}

/** What keeps an image from being shipped, and what its maker should know. */
export function checkImage(facts: ImageFacts): Finding[] {
  const { remains, programs, networkTool, flagMistakes, entrances } = facts;
  return [
    ...leftovers(facts),
    ...entrancesOf(entrances),
    ...servicesOf(facts),
    ...(networkTool === null
      ? [
          problem(
            'network.no-tool',
            'nothing in it configures the network',
            'install and enable netplan, ifupdown, NetworkManager, systemd-networkd, wicked or network-scripts',
          ),
        ]
      : []),
    ...flagMistakes.map((mistake) => problem('flag-mistake', `the flags file: ${mistake}`, 'correct the line')),
    ...tools
      .filter(({ name }) => !programs.has(name))
      .map(({ name, without, package: owner }) =>
        note('tool-missing', `${name} is missing: ${without}`, `install ${owner}`),
      ),
    ...remains.kept.map((sentence) => note('stays', sentence, 'leave it if it is meant for every copy')),
    ...remains.storageNames.map((path) =>
      note(
        'stays',
        `${path} is there: all copies would have this name`,
        'have each copy make its own before it uses network storage',
      ),
    ),
  ];
}

function servicesOf({ root, isInstalled, enabled }: ImageFacts): Finding[] {
  if (!isInstalled)
    return [problem('not-installed', 'gandi-agent is not installed in it', 'install the package gandi-vm-agent in it')];
  return ourServices
    .filter((name) => !enabled.has(name))
    .map((name) =>
      problem('unit-off', `${name} does not start at boot`, `run \`systemctl --root=${root} enable ${name}\``),
    );
}

/** That nobody gets in is as it should be where the platform brings a key or a password. */
function entrancesOf({ open }: Entrances): Finding[] {
  if (open.length === 0) {
    return [
      note(
        'nobody-gets-in',
        'nobody gets into it as it is',
        'have the payload or the drive bring an ssh key or a password; `gandi-agent validate` warns where it does not',
      ),
    ];
  }
  const ways = open.map(
    ({ user, way, isWithoutPassword }) => `${user} (${way}${isWithoutPassword ? ', without a password' : ''})`,
  );
  const unasked = open.some(({ isWithoutPassword, way }) => isWithoutPassword && way !== 'autologin');
  const text = `every copy lets in ${[...new Set(ways)].join(', ')}`;
  const fix = 'leave it if it is meant for every copy';
  return [unasked ? problem('gets-in-unasked', text, 'set or lock the password') : note('gets-in', text, fix)];
}

function leftovers({ root, remains: { files, networkFiles, machineId } }: ImageFacts): Finding[] {
  const hasId = machineId !== undefined && machineId.trim() !== '' && machineId.trim() !== 'uninitialized';
  const found = [...files, ...networkFiles, ...(hasId ? ['/etc/machine-id'] : [])];
  if (found.length === 0) return [];
  const shown = found.slice(0, 5).join(', ');
  const more = found.length > 5 ? ` and ${found.length - 5} more` : '';
  return [
    problem(
      'not-clean',
      `copies would share what one machine has: ${shown}${more}`,
      `run \`gandi-agent image clean --root ${root}\``,
    ),
  ];
}

function problem(code: string, text: string, fix: string): Finding {
  return { code, problem: text, fix, isChoice: false };
}

function note(code: string, text: string, fix: string): Finding {
  return { code, problem: text, fix, isChoice: true, isNote: true };
}
