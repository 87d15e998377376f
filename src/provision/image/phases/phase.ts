/** Where the hooks of a phase run: on this host, or in the image's tree as their root. */
export type Place = 'host' | 'root';

export interface Phase {
  /** The name of the folder of its hooks. */
  readonly folder: PhaseFolder;
  readonly place: Place;
  /** Whether the hooks get TARGET_ROOT, the tree's path on the host. */
  readonly knowsTargetRoot?: true;
  /** The scripts in the folder do not run. */
  readonly isWithoutScripts?: true;
}

export type PhaseFolder =
  | 'root.d'
  | 'extra-data.d'
  | 'pre-install.d'
  | 'install.d'
  | 'post-install.d'
  | 'post-root.d'
  | 'block-device.d'
  | 'pre-finalise.d'
  | 'finalise.d'
  | 'cleanup.d';

/** The ten phases of a build in their order. */
export const phases = {
  root: { folder: 'root.d', place: 'host', knowsTargetRoot: true },
  extraData: { folder: 'extra-data.d', place: 'host' },
  preInstall: { folder: 'pre-install.d', place: 'root' },
  install: { folder: 'install.d', place: 'root' },
  postInstall: { folder: 'post-install.d', place: 'root' },
  postRoot: { folder: 'post-root.d', place: 'host' },
  blockDevice: { folder: 'block-device.d', place: 'host' },
  preFinalise: { folder: 'pre-finalise.d', place: 'host' },
  finalise: { folder: 'finalise.d', place: 'root' },
  cleanup: { folder: 'cleanup.d', place: 'host', knowsTargetRoot: true },
} as const satisfies Readonly<Record<string, Phase>>;

/** Reads the files of environment.d as each phase does, and runs no script. */
export const environmentOnly: Phase = { folder: 'extra-data.d', place: 'host', isWithoutScripts: true };
