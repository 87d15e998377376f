import { isSea } from 'node:sea';
import { dirname, join, resolve } from 'node:path';
import { isFolder } from '../../../core/system/own-tree.ts';
import { type BuildRequest, type Caller, readBuildRequest } from '../command-line/build-request.ts';
import { planMerge } from '../elements/plan-merge.ts';
import { readElementContent, readElements } from '../elements/read-elements.ts';
import { resolveElements } from '../elements/resolve-elements.ts';
import { wantedElements } from '../elements/wanted-elements.ts';
import type { BuildPlan } from './build-plan.ts';
import { planBuild } from './plan-build.ts';

export interface Prepared {
  readonly request: BuildRequest;
  readonly plan: BuildPlan;
}

/**
 * Reads a command line and the elements that it names, and decides the build. Nothing is changed.
 * @throws AgentError for everything that is wrong and can be known now
 */
export async function prepareBuild(request: BuildRequest): Promise<BuildPlan> {
  const builtIn = await builtInElements();
  const elementsPath = [...elementFolders(request.environment.ELEMENTS_PATH), builtIn];
  const elements = resolveElements(wantedElements(request.elements, request), await readElements(elementsPath));
  const contents = await Promise.all(elements.map((element) => readElementContent(element, elementsPath)));
  const { FS_TYPE: rootType = 'ext4', ROOT_LABEL } = request.environment;
  const rootLabel = ROOT_LABEL ?? (rootType === 'xfs' ? 'img-rootfs' : 'cloudimg-rootfs');
  return planBuild(request, {
    elements,
    merged: planMerge(contents),
    elementsPath,
    builtIn,
    layout: { rootType, rootLabel, bootLabel: '', mountPoints: ['/'] },
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

export { readBuildRequest };

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
