import { AgentError } from '../../../core/error/agent-error.ts';
import type { SizeWishes } from '../block-device/image-size.ts';
import { type BlockDevices, valuesOf } from '../block-device/block-devices.ts';
import type { BuildRequest, Environment } from '../command-line/build-request.ts';
import type { Element } from '../elements/element.ts';
import type { Merged } from '../elements/plan-merge.ts';
import { statesFolder } from '../cache/state-store.ts';
import type { BuildPlan } from './build-plan.ts';

/** What was found on this host for a request. */
export interface BuildFacts {
  /** Sorted by name. */
  readonly elements: readonly Element[];
  readonly merged: Merged;
  /** Folders that elements were looked for in; the last is that of our own. */
  readonly elementsPath: readonly string[];
  readonly blockDevices: BlockDevices;
  /** The name of the images without suffix, as hooks are told. */
  readonly name: string;
  readonly output: Omit<BuildPlan['output'], 'size' | 'compress' | 'withDigest'>;
}

/**
 * Decides a build, from what was asked for and what is there.
 * @param isDescribed whether a description and a list of all parts are written beside the image, which the original has not
 */
export function planBuild(
  request: BuildRequest,
  facts: BuildFacts,
  { isDescribed }: { readonly isDescribed: boolean },
): BuildPlan {
  const builtIn = `${facts.elementsPath.at(-1)}/`;
  return {
    elements: facts.elements.map(({ name, folder }) => ({
      name,
      folder,
      isBuiltIn: folder.startsWith(builtIn),
    })),
    merged: facts.merged,
    packages: request.packages,
    installType: request.installType,
    output: {
      ...facts.output,
      size: sizeOf(request.environment, facts),
      compress: request.isCompressed,
      withDigest: isDescribed,
    },
    arch: request.arch,
    isDescribed,
    cache: isDescribed ? cacheOf(request.environment) : undefined,
    blockDevices: facts.blockDevices,
    environment: { ...defaultsFor(request.environment), ...request.environment, ...fixedBy(request, facts) },
    memoryGiB: usesLoops(request.environment) ? undefined : memoryOf(request.environment),
    usesLoops: usesLoops(request.environment),
  };
}

const hoursOfStates = 24;

/** Offline nothing is fetched, so nothing can be newer. */
function cacheOf(environment: Environment): BuildPlan['cache'] {
  const { HOME = '/root', DIB_IMAGE_CACHE = `${HOME}/.cache/image-create`, DIB_OFFLINE = '' } = environment;
  // Who wants to look at a phase wants it to run.
  if (!['', '0'].includes(environment.GANDI_NO_CACHE ?? '') || environment.break) return undefined;
  const hours = numberIn(environment, 'GANDI_CACHE_HOURS') ?? hoursOfStates;
  return { folder: statesFolder(DIB_IMAGE_CACHE), maximalSeconds: DIB_OFFLINE === '' ? hours * 3600 : null };
}

/** Variables that hooks find with a value, whether the caller gave one or not. */
function defaultsFor({ HOME = '/root' }: Environment): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME,
    FS_TYPE: 'ext4',
    DIB_CHECKSUM: '0',
    DIB_DEBUG_TRACE: '0',
    DIB_IMAGE_CACHE: `${HOME}/.cache/image-create`,
    DIB_LOCKFILES: `${HOME}/.cache/dib/lockfiles`,
    DIB_MIN_TMPFS: '2',
    DIB_NO_TMPFS: '0',
    DIB_OFFLINE: '',
  };
}

function fixedBy(
  request: BuildRequest,
  { elements, elementsPath, blockDevices, name }: BuildFacts,
): Record<string, string> {
  const layout = valuesOf(blockDevices);
  const folders = Object.fromEntries(elements.map((element) => [element.name, element.folder]));
  const array = elements.map((element) => `[${element.name}]=${element.folder}`).join(' ');
  return {
    ARCH: request.arch,
    ELEMENTS_PATH: elementsPath.join(':'),
    IMAGE_NAME: name,
    IMAGE_ELEMENT: elements.map((element) => element.name).join(' '),
    // JSON is YAML too.
    IMAGE_ELEMENT_YAML: JSON.stringify(folders),
    // bash(1): a function that is exported; for hooks in bash that ask for the folders of elements.
    'BASH_FUNC_get_image_element_array%%': `() { printf '%s\\n' ${inQuotes(array)}; }`,
    DIB_ARGS: request.args.join(' '),
    DIB_ENV: declarations(request.given),
    DIB_ROOT_LABEL: layout.rootLabel,
    DIB_ROOT_FSTYPE: layout.rootFileSystem,
    DIB_BOOT_LABEL: layout.bootLabel,
    DIB_MOUNTPOINTS: layout.mountPoints.join('|'),
    LC_ALL: 'C',
  };
}

/** As `declare -x` of bash prints them. */
function declarations(variables: Environment): string {
  return Object.entries(variables)
    .map(([name, value]) => `declare -x ${name}="${value.replace(/[\\"$`]/g, '\\$&')}"`)
    .sort()
    .join('\n');
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function sizeOf(environment: Environment, { elements, blockDevices }: BuildFacts): SizeWishes {
  return {
    imageGib: numberIn(environment, 'DIB_IMAGE_SIZE'),
    extraMib: numberIn(environment, 'DIB_IMAGE_EXTRA_SIZE'),
    journalMib: numberIn(environment, 'DIB_JOURNAL_SIZE') ?? 64,
    rootFileSystem: valuesOf(blockDevices).rootFileSystem,
    isEfi: elements.some(({ name }) => name.startsWith('block-device-efi')),
  };
}

/** @throws AgentError `image.number` */
function numberIn(environment: Environment, variable: string): number | undefined {
  const text = environment[variable] ?? '';
  if (text === '') return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new AgentError(`'${text}' is not a number above 0`, {
    code: 'image.number',
    subject: variable,
    remedy: 'give a number, such as 2 or 0.5',
  });
}

/** Then all is on disk: what a killed build left of its devices is found by the paths of their files. */
export function usesLoops({ GANDI_LOOP = '' }: Environment): boolean {
  return !['', '0'].includes(GANDI_LOOP);
}

function memoryOf({ DIB_NO_TMPFS = '0', DIB_MIN_TMPFS = '2' }: Environment): number | undefined {
  return DIB_NO_TMPFS === '0' ? numberIn({ DIB_MIN_TMPFS }, 'DIB_MIN_TMPFS') : undefined;
}
