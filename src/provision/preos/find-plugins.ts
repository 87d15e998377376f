import { join, parse } from 'node:path';
import type { Files } from '../../core/system/files.ts';
import type { Processes } from '../../core/system/processes.ts';
import { candidatesOf, loadModule } from './load-module.ts';
import type { Preos } from './preos.ts';
import { syntaxLine } from './syntax-line.ts';

export interface FoundPlugins {
  /** In the order in which they were found; of two with a name the later counts. */
  readonly plugins: readonly Preos[];
  /** One a plugin that cannot be used. */
  readonly warnings: readonly string[];
}

const moduleEndings = ['.mjs', '.js', '.cjs'];
/** What makes a folder a module. */
const entrances = ['index.mjs', 'index.js', 'index.cjs'];
const executableBits = 0o111;

/**
 * Looks for plugins: ES modules, folders with an index of one, and executables. All else is left alone without a word, as
 * a folder may hold notes and what an editor keeps.
 * @param folders a missing one is empty
 */
export async function findPlugins(
  files: Files,
  processes: Processes,
  folders: readonly string[],
): Promise<FoundPlugins> {
  const plugins: Preos[] = [];
  const warnings: string[] = [];
  for (const folder of folders)
    for (const name of await files.list(folder).catch(() => [])) {
      const path = join(folder, name);
      const module = await moduleAt(files, path);
      if (module !== undefined) {
        const found = await pluginsOf(files, path, module);
        plugins.push(...found.plugins);
        warnings.push(...found.warnings);
      } else if (await isExecutable(files, path)) plugins.push(executable(processes, path));
    }
  return { plugins, warnings };
}

async function pluginsOf(files: Files, path: string, module: string): Promise<FoundPlugins> {
  try {
    return candidatesOf(path, loadModule(module));
  } catch (error) {
    const text = error instanceof SyntaxError ? ((await files.read(module)) ?? '') : '';
    const line = error instanceof SyntaxError ? syntaxLine(text, error.message) : undefined;
    const place = line === undefined ? path : `${path}:${line}`;
    return { plugins: [], warnings: [`cannot load ${place}: ${firstLine(error)}`] };
  }
}

/** The file that is loaded for an entry of a plugin folder; undefined where it is not a module. */
async function moduleAt(files: Files, path: string): Promise<string | undefined> {
  const { base, ext } = parse(path);
  if (base.startsWith('.')) return undefined;
  const status = await files.status(`${path}/.`).catch(() => undefined);
  if (status?.type !== 'directory') return moduleEndings.includes(ext) ? path : undefined;
  for (const entrance of entrances) {
    const inner = join(path, entrance);
    if ((await files.status(inner)) !== undefined) return inner;
  }
  return undefined;
}

async function isExecutable(files: Files, path: string): Promise<boolean> {
  if (/^\.|~$/.test(parse(path).base)) return false;
  const status = await files.status(path);
  return status?.type === 'file' && (status.mode & executableBits) !== 0;
}

/** Its name is that of the file without its ending; its lines are printed as they come. */
function executable(processes: Processes, path: string): Preos {
  return {
    name: parse(path).name,
    run: (args, { environment, workingFolder }, terminal) => {
      const passed = Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
      const options = { environment: Object.fromEntries(passed) as Record<string, string>, workingFolder };
      return processes.follow(path, args, (line) => terminal.out(line), options);
    },
  };
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
