/** By what a disk is known in an assignment. */
export const selectorNames = ['SERIAL', 'WWN', 'LABEL', 'UUID'] as const;

export type SelectorName = (typeof selectorNames)[number];

/** All that are given have to be the disk's. */
export type Selectors = Readonly<Partial<Record<SelectorName, string>>>;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** An admin's word on one disk: where it is mounted, and how. One file below /etc/gandi/disks.d. */
export interface Assignment {
  /** Of its file, without `.conf`. */
  readonly name: string;
  readonly file: string;
  readonly selectors: Selectors;
  /** As the admin wrote it. */
  readonly path: string;
  /** Mount options instead of CONFIG_MOUNT_PARAMS; undefined where the flag counts. */
  readonly options: string | undefined;
  /** Of the top folder of a file system that is new and empty. */
  readonly owner: Owner | undefined;
  /** Not one byte of the disk is to change. */
  readonly isReadOnly: boolean;
  /** Program that is told instead of the hooks for all disks. */
  readonly hook: string | undefined;
  /** Names of units. */
  readonly services: readonly string[];
}

/** A file that has a mistake, and counts for nothing but the disks that it may mean. */
export interface MistakenAssignment {
  readonly name: string;
  readonly file: string;
  /** Those that could be read; none where the file may mean any disk. */
  readonly selectors: Selectors;
  /** One sentence for each, with line and key. */
  readonly mistakes: readonly string[];
}

export interface Assignments {
  readonly valid: readonly Assignment[];
  readonly mistaken: readonly MistakenAssignment[];
}

export const noAssignments: Assignments = { valid: [], mistaken: [] };
