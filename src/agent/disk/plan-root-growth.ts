import type { Action, Step } from './actions.ts';
import { type RootDiskFacts, rootFilledPath } from './root-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import { fileSystemTraits } from './file-systems.ts';
import { decideRootGrowth } from './root-growth.ts';

export interface RootGrowthPlan {
  readonly steps: Step[];
  readonly notes: string[];
}

/** Makes the machine use all of the disk that holds `/`: the partition first, the file system in the round after it. */
export function planRootGrowth(facts: RootDiskFacts, flags: Flags): RootGrowthPlan {
  const { disk, device } = facts;
  if (!flags.CONFIG_GROW_ROOT || disk === undefined || device === undefined) return { steps: [], notes: [] };
  const decision = decideRootGrowth(facts);
  if (decision.kind === 'grow') {
    const { diskSequence, name, path } = disk;
    const action: Action = { kind: 'grow-partition', mountPoint: '/', disk: name, diskSequence, ...decision.change };
    // A partition that was made smaller, with what is in it, may get back to the size on record.
    const forget: Action[] = facts.filledBytes === null ? [] : [{ kind: 'remove-file', path: rootFilledPath }];
    return { steps: [{ name: `grow ${path}`, actions: [...forget, action] }], notes: [] };
  }
  const notes = decision.tell ? [`${disk.path} is not grown: ${decision.because} (${decision.code})`] : [];
  return { steps: planFileSystem(facts), notes };
}

/** Without asking whether there is anything to gain: each of the tools finds that out itself, once per size of the device. */
function planFileSystem({ device, disk, fileSystem, filledBytes }: RootDiskFacts): Step[] {
  const growth = fileSystemTraits(fileSystem ?? '')?.growth ?? null;
  if (device === undefined || growth === null || device.readOnly || filledBytes === device.sizeBytes) return [];
  const { path, majorMinor, diskSequence } = device;
  const meant = { device: path, majorMinor, disk: disk?.path ?? path, diskSequence };
  return [
    {
      name: 'grow /',
      actions: [
        { kind: 'grow-file-system', ...meant, mountPoint: '/', growth },
        { kind: 'make-directory', path: '/var/lib/gandi', mode: 0o700 },
        { kind: 'write-file', path: rootFilledPath, content: `${device.sizeBytes}\n`, mode: 0o600 },
      ],
    },
  ];
}
