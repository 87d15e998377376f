import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type BuildEvent, readBuildEvent } from '../src/provision/image/build/build-event.ts';
import { debianMirror } from './apt-sources.ts';
import { cacheFolder } from './cache.ts';

export interface ImageBuild {
  /** Options and elements; beside the program's own elements there are those of the lab. */
  readonly words: readonly string[];
  /** Variables for the elements. */
  readonly variables: Readonly<Record<string, string>>;
  /** Further folders of elements. */
  readonly elements?: readonly string[];
  /** Gets each step as it ends. */
  readonly tell?: (event: BuildEvent) => void;
}

const linesShown = 40;

/**
 * Builds an image by `gandi-provision image build` of this work tree. What it keeps for its next build is in the lab's cache.
 * @throws Error with its last lines
 */
export async function buildImage({ words, variables, elements = [], tell }: ImageBuild): Promise<void> {
  // Not even a test runner that is killed may leave a build behind.
  const program = ['--pdeathsig', 'SIGTERM', process.execPath, resolve('src/provision/start.ts'), 'image', 'build'];
  const child = spawn('setpriv', [...program, '--json', '--image-cache', join(cacheFolder(), 'builds'), ...words], {
    env: await environmentOf(variables, elements),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = readBuildEvent(line);
    if (event === undefined) said.push(line);
    else tell?.(event);
  });
  const [status] = await once(child, 'close');
  if (status !== 0)
    throw new Error(`image build ${words.join(' ')} ended with ${status}:\n${said.slice(-linesShown).join('\n')}`);
}

/** No more of this process's own than a build needs: all that its hooks can read is part of the name of what it keeps. */
async function environmentOf(
  variables: ImageBuild['variables'],
  elements: readonly string[],
): Promise<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => /^(?:PATH|HOME|TMPDIR|.*_proxy)$/i.test(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ELEMENTS_PATH: [...elements, join(import.meta.dirname, 'elements')].join(':'),
    DIB_DISTRIBUTION_MIRROR: await debianMirror(),
    ...variables,
  };
}
