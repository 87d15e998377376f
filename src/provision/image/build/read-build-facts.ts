import { randomUUID } from 'node:crypto';
import { isSea } from 'node:sea';
import { dirname, join, resolve } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { openSystem } from '../../../core/system/system.ts';
import { fileText, isFolder } from '../../../core/system/own-tree.ts';
import { shellWords } from '../../../core/text/shell-words.ts';
import { bareFileSystem, rootFileSystemOptions } from '../block-device/root-parameters.ts';
import { type BlockDevices, readBlockDevices } from '../block-device/block-devices.ts';
import { parseChecksums } from '../output/checksums.ts';
import { requireLvm } from '../loop/make-volumes.ts';
import { refuseUnmakeable } from '../output/file-system-makers.ts';
import { parseOutputTypes, withoutSuffix } from '../output/output-types.ts';
import type { BuildRequest, Caller } from '../command-line/build-request.ts';
import type { Element } from '../elements/element.ts';
import { planMerge } from '../elements/plan-merge.ts';
import { readElementContent, readElements } from '../elements/read-elements.ts';
import { resolveElements } from '../elements/resolve-elements.ts';
import { wantedElements } from '../elements/wanted-elements.ts';
import { requireOutputFolder } from './folders-to-write.ts';
import { type BuildFacts, usesLoops } from './plan-build.ts';

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
  const own = elementFolders(request.environment.ELEMENTS_PATH);
  const path = [...own, await builtInElements()];
  const isThere = await Promise.all(own.map(isFolder));
  const elements = resolveElements(wantedElements(request.elements, request), await readElements(path));
  return { elements, path, missing: own.filter((_, index) => !isThere[index]) };
}

/**
 * Looks at everything that a build depends on.
 * @throws AgentError for everything that is wrong and can be known now
 */
export async function readBuildFacts(request: BuildRequest, { elements, path }: FoundElements): Promise<BuildFacts> {
  const contents = await Promise.all(elements.map((element) => readElementContent(element, path)));
  return {
    elements,
    merged: planMerge(contents),
    elementsPath: path,
    blockDevices: await readLayout(request, elements),
    ...(await readOutput(request)),
  };
}

/** @throws AgentError `output.type`, `output.name`, `output.checksum`, or that of `requireOutputFolder` */
async function readOutput({ types: list, output, environment, args }: BuildRequest) {
  const types = parseOutputTypes(list);
  const name = withoutSuffix(output, types);
  const target = resolve(name);
  await requireOutputFolder(dirname(target));
  const { QEMU_IMG_OPTIONS: qemuImgOptions, DIB_GZIP_BIN: gzip, SOURCE_DATE_EPOCH: epoch } = environment;
  return {
    name,
    output: {
      types,
      target,
      qemuImgOptions,
      gzip,
      checksums: parseChecksums(environment.DIB_CHECKSUM ?? ''),
      overwrite: !['', '0'].includes(environment.OVERWRITE_OLD_IMAGE ?? ''),
      // What is to come out the same must not hang on chance.
      seed: epoch === undefined ? randomUUID() : [epoch, ...args].join(' '),
      ...(epoch === undefined ? {} : { sourceDateEpoch: Number(epoch) }),
    },
  };
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
  const devices = readBlockDevices(text ?? bareFileSystem, { fileSystem, label, options });
  refuseUnmakeable(devices, usesLoops(environment));
  if (devices.nodes.some(({ kind }) => kind === 'lvm')) await requireLvm(openSystem('/', silentJournal));
  return devices;
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

/** Elements have one description for both names of an architecture. */
const layoutNames: ReadonlyMap<string, string> = new Map([['ppc64le', 'ppc64el']]);

async function layoutOfElements(elements: readonly Element[], arch: string): Promise<string | undefined> {
  for (const { folder } of elements) {
    for (const name of [layoutNames.get(arch) ?? arch, 'default']) {
      const text = await fileText(join(folder, `block-device-${name}.yaml`));
      if (text !== undefined) return text;
    }
  }
  return undefined;
}
