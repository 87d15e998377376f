import { createHash } from 'node:crypto';
import { phases } from '../phases/phase.ts';

/** One file of the merged elements. */
export interface InputFile {
  readonly path: string;
  /** Of its content, kind and permission bits. */
  readonly digest: string;
}

/** Everything that an image is made of, as far as it can be known. */
export interface BuildInputs {
  /** Version of this program. */
  readonly builder: string;
  readonly arch: string;
  readonly installType: string;
  /** Of the command line. */
  readonly packages: readonly string[];
  /** What hooks get, after the files of environment.d. */
  readonly environment: Readonly<Record<string, string>>;
  /** Digests of the files whose paths are values of variables. */
  readonly namedFiles: Readonly<Record<string, string>>;
  readonly files: readonly InputFile[];
  /** What is made of the finished tree. */
  readonly outcome: string;
}

/** Names of the states of a tree after three of its phases, and of the whole image. */
export interface StageKeys {
  readonly root: string;
  readonly preInstall: string;
  readonly install: string;
  readonly image: string;
}

export type StageName = Exclude<keyof StageKeys, 'image'>;

/**
 * A name for each state of a tree, the same where everything is the same that the phases before it can read. What hooks fetch
 * from elsewhere is not part of it.
 */
export function stageKeys(inputs: BuildInputs): StageKeys {
  const { builder, arch, installType, packages, namedFiles, files, outcome } = inputs;
  const among = (wanted: (path: string) => boolean) =>
    files.filter(({ path }) => wanted(path)).map(({ path, digest }) => [path, digest]);
  const root = keyOf([
    ...[format, builder, arch, installType],
    Object.entries(relevant(inputs.environment)).sort(byName),
    Object.entries(namedFiles).sort(byName),
    among((path) => isReadFrom(path, 'root')),
  ]);
  const paths = files.map(({ path }) => path).sort();
  const preInstall = keyOf([root, paths, among((path) => isReadFrom(path, 'preInstall'))]);
  const install = keyOf([preInstall, packages, among((path) => isReadFrom(path, 'install'))]);
  return { root, preInstall, install, image: keyOf([install, outcome, among(() => true)]) };
}

/** States of another layout have another name. */
const format = 'state 1';

const lateFolders: Readonly<Record<string, readonly StageName[]>> = {
  [phases.extraData.folder]: ['preInstall', 'install'],
  [phases.preInstall.folder]: ['preInstall', 'install'],
  [phases.install.folder]: ['install'],
  // Read by scripts of ours, in install.d.
  static: ['install'],
  'init-scripts': ['install'],
  [phases.postInstall.folder]: [],
  [phases.postRoot.folder]: [],
  [phases.blockDevice.folder]: [],
  [phases.preFinalise.folder]: [],
  [phases.finalise.folder]: [],
  [phases.cleanup.folder]: [],
};

/** Files directly in elements that lie over each other: what needs those of all elements reads them from extra-data.d on. */
const lists =
  /^(?:package-installs\.(?:yaml|json)|pkg-map|svc-map|source-repository-.*|element-(?:deps|provides)|README.*)$/;

function isReadFrom(path: string, stage: StageName): boolean {
  const [first = '', ...rest] = path.split('/');
  if (rest.length === 0 && lists.test(first)) return stage !== 'root';
  return Object.hasOwn(lateFolders, first) ? (lateFolders[first]?.includes(stage) ?? false) : true;
}

/** Of the caller's terminal and session, of this one build, and of what becomes of the finished tree. */
const withoutEffect = new RegExp(
  [
    '^(?:_|PWD|OLDPWD|SHLVL|TERM|COLORTERM|LS_COLORS|DISPLAY|COLUMNS|LINES|INVOCATION_ID|JOURNAL_STREAM)$',
    '^(?:SSH_|XDG_|DBUS_|SUDO_)',
    '^(?:TMP_DIR|TMPDIR|TMP_(?:BUILD|IMAGE)_DIR|TMP_(?:HOOKS|MOUNT)_PATH|TARGET_ROOT)$',
    '^(?:DIB_ARGS|DIB_ENV|DIB_QUIET|DIB_NO_TIMESTAMP|DIB_NO_TMPFS|DIB_MIN_TMPFS|DIB_CHECKSUM|LOGFILE)$',
    '^(?:OVERWRITE_OLD_IMAGE|QEMU_IMG_OPTIONS|DIB_GZIP_BIN|DIB_IMAGE_SIZE|DIB_IMAGE_EXTRA_SIZE)$',
    '^(?:DIB_OFFLINE|DIB_LOCKFILES|GANDI_NO_CACHE|GANDI_CACHE_HOURS|GANDI_LOOP)$',
  ].join('|'),
);

/** The variables that can change what becomes of the tree. */
export function relevant(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !withoutEffect.test(name)));
}

function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
