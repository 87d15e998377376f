import { join } from 'node:path';
import type { Files } from '../../core/system/files.ts';

/** Where cdist looks for its settings, the first that says something counts. */
function settingsFiles(environment: Readonly<Record<string, string | undefined>>, given: string | undefined): string[] {
  const { HOME, XDG_CONFIG_HOME, CDIST_CONFIG_FILE } = environment;
  const home = HOME === undefined ? [] : [join(HOME, '.cdist.cfg'), join(HOME, '.config/cdist/cdist.cfg')];
  const own = XDG_CONFIG_HOME === undefined ? [] : [join(XDG_CONFIG_HOME, 'cdist/cdist.cfg')];
  return [given, CDIST_CONFIG_FILE, ...own, ...home, '/etc/cdist.cfg'].filter((path) => path !== undefined);
}

/**
 * The folders that may hold plugins, as cdist has them: `preos` below ~/.cdist, below each configuration folder of CDIST_PATH
 * or else of cdist's settings, and below each that is given. A plugin of a later folder wins.
 * @param confDirs given by -c
 * @param configFile given by -g
 */
export async function searchFolders(
  files: Files,
  environment: Readonly<Record<string, string | undefined>>,
  confDirs: readonly string[],
  configFile: string | undefined,
): Promise<string[]> {
  const { HOME, CDIST_PATH } = environment;
  const home = HOME === undefined ? [] : [join(HOME, '.cdist')];
  const configured = CDIST_PATH ?? (await configuredFolders(files, settingsFiles(environment, configFile)));
  const folders = [...home, ...configured.split(':').filter((folder) => folder !== ''), ...confDirs];
  return folders.map((folder) => join(folder, 'preos'));
}

/** `conf_dir` in `[GLOBAL]` of an INI file. */
async function configuredFolders(files: Files, paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const text = (await files.read(path).catch(() => undefined)) ?? '';
    const [, global = ''] = /^\[GLOBAL\][^\n]*\n((?:(?!\[)[^\n]*(?:\n|$))*)/m.exec(text) ?? [];
    const [, folders] = /^conf_dir[ \t]*[=:][ \t]*([^\n]+?)[ \t]*$/m.exec(global) ?? [];
    if (folders !== undefined) return folders;
  }
  return '';
}
