import type { BlockDevices } from '../block-device/block-devices.ts';
import type { OutputRequest } from '../output/output-request.ts';
import type { Merged } from '../elements/plan-merge.ts';

/** Everything that is decided before a build begins; plain data that can be printed. */
export interface BuildPlan {
  /** Sorted by name. */
  readonly elements: readonly { readonly name: string; readonly folder: string; readonly isBuiltIn: boolean }[];
  readonly merged: Merged;
  /** Of the image. */
  readonly arch: string;
  /** Whether a description and a list of all parts are written beside the image. */
  readonly isDescribed: boolean;
  /** Where states of trees are kept between builds; undefined where nothing is. */
  readonly cache: { readonly folder: string; readonly maximalSeconds: number | null } | undefined;
  /** Packages named on the command line. */
  readonly packages: readonly string[];
  /** For elements of which nobody says otherwise. */
  readonly installType: string;
  readonly output: Omit<OutputRequest, 'tree' | 'workFolder' | 'blockDevices' | 'owner'>;
  readonly blockDevices: BlockDevices;
  /** What every hook gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the tree may be in memory, if this machine has enough of it: in GiB; undefined for never. */
  readonly memoryGiB: number | undefined;
  /** Whether the last phases run on the disk itself, by loop devices. */
  readonly usesLoops: boolean;
}

/** Folders of one build. */
export interface BuildFolders {
  /** TMP_BUILD_DIR: the tree and the hooks. */
  readonly build: string;
  /** TMP_IMAGE_DIR: disks that are being made. */
  readonly image: string;
  /** Where the caller works: hooks on the host start there. */
  readonly working: string;
}

/** What goes through the pipe to the process in the name spaces. */
export interface InsideRequest {
  readonly plan: BuildPlan;
  readonly folders: BuildFolders;
  readonly inMemory: boolean;
  /** The name of the process that started it. */
  readonly owner: string;
}

export function treeOf({ build }: BuildFolders): string {
  return `${build}/mnt`;
}

export function hooksOf({ build }: BuildFolders): string {
  return `${build}/hooks`;
}
