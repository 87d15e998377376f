import { isSea } from 'node:sea';
import { dirname, join, resolve } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { fileText, isFolder } from '../../../core/system/own-tree.ts';
import { shellWords } from '../../../core/text/shell-words.ts';
import { bareFileSystem, rootFileSystemOptions } from '../block-device/root-parameters.ts';
import { type BlockDevices, readBlockDevices } from '../block-device/block-devices.ts';
import type { BuildRequest, Caller } from '../command-line/build-request.ts';
import type { Element } from '../elements/element.ts';
import { planMerge } from '../elements/plan-merge.ts';
import { readElementContent, readElements } from '../elements/read-elements.ts';
import { resolveElements } from '../elements/resolve-elements.ts';
import { wantedElements } from '../elements/wanted-elements.ts';
import type { BuildPlan } from './build-plan.ts';
import { planBuild } from './plan-build.ts';

/** The elements of a build and where they come from. */
export interface FoundElements {
  /** Sorted by name. */
  readonly elements: readonly Element[];
  /** Folders that elements were looked for in; the last is that of our own. */
  readonly path: readonly string[];
  /** Folders that the caller named and that are not there. */
  readonly missing: readonly string[];
}

/** Reads and resolves the elements of a request. @throws AgentError of `resolveElements` */
export async function findElements(request: BuildRequest): Promise<FoundElements> {
  const path = [...elementFolders(request.environment.ELEMENTS_PATH), await builtInElements()];
  const isThere = await Promise.all(path.map(isFolder));
  const elements = resolveElements(wantedElements(request.elements, request), await readElements(path));
  return { elements, path, missing: path.filter((_, index) => !isThere[index]) };
}

/**
 * Decides a build. Nothing is changed.
 * @throws AgentError for everything that is wrong and can be known now
 */
export async function prepareBuild(request: BuildRequest, { elements, path }: FoundElements): Promise<BuildPlan> {
  const contents = await Promise.all(elements.map((element) => readElementContent(element, path)));
  return planBuild(request, {
    elements,
    merged: planMerge(contents),
    elementsPath: path,
    blockDevices: await readLayout(request, elements),
  });
}

/** What this process says of its caller. */
export function callerOf(process: NodeJS.Process): Caller {
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const arch = new Map([
    ['x64', 'amd64'],
    ['arm', 'armhf'],
  ]).get(process.arch);
  return { environment, arch: arch ?? process.arch };
}

/** An empty entry of the path names nothing. */
function elementFolders(path = ''): string[] {
  return path.split(':').filter((folder) => folder !== '');
}

/** Installed in share/gandi beside lib/gandi, where the executable is; in the sources a folder of the project. */
async function builtInElements(): Promise<string> {
  const [, script = ''] = process.argv;
  const start = dirname(isSea() ? process.execPath : resolve(script));
  const installed = join(start, '../../share/gandi/elements');
  if (await isFolder(installed)) return installed;
  return join(start, isSea() ? '../elements' : '../../elements');
}

/** The disk of the image: as the caller describes it, else as the first element that does, else one bare file system. */
async function readLayout({ environment, arch }: BuildRequest, elements: readonly Element[]): Promise<BlockDevices> {
  const { FS_TYPE: fileSystem = 'ext4', ROOT_LABEL: label, DIB_BLOCK_DEVICE_CONFIG: own } = environment;
  const { MAX_ONLINE_RESIZE: maxOnlineResize, DIB_JOURNAL_SIZE = '64', MKFS_OPTS = '' } = environment;
  const text = own === undefined || own === '' ? await layoutOfElements(elements, arch) : await layoutOfCaller(own);
  const options = rootFileSystemOptions({
    fileSystem,
    journalMib: Number(DIB_JOURNAL_SIZE),
    maxOnlineResize,
    own: shellWords(MKFS_OPTS) ?? [],
  });
  return readBlockDevices(text ?? bareFileSystem, { fileSystem, label, options });
}

async function layoutOfCaller(own: string): Promise<string> {
  const path = /^file:\/\/(.*)$/.exec(own)?.[1];
  if (path === undefined) return own;
  const text = await fileText(path);
  if (text !== undefined) return text;
  throw new AgentError('it is named in DIB_BLOCK_DEVICE_CONFIG and is not there', {
    code: 'image.layout-missing',
    subject: path,
    remedy: 'name a file, or give the description itself',
  });
}

async function layoutOfElements(elements: readonly Element[], arch: string): Promise<string | undefined> {
  for (const { folder } of elements) {
    for (const name of [arch, 'default']) {
      const text = await fileText(join(folder, `block-device-${name}.yaml`));
      if (text !== undefined) return text;
    }
  }
  return undefined;
}
