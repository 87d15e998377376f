import { join } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { Files } from '../../core/system/files.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import type { Processes } from '../../core/system/processes.ts';
import {
  type Given,
  type GivenSettings,
  type SettingName,
  settingNames,
  type Settings,
  settingsOf,
  unansweredOf,
} from './settings.ts';
import { parseSettingsFile } from './settings-file.ts';

/** What surrounds a call. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** `/etc/maas`. */
  readonly systemFolder: string;
}

export interface Gathered {
  readonly given: GivenSettings;
  /** Names of a settings file that mean nothing here, as `file: NAME`. */
  readonly unknown: readonly string[];
}

export const settingsFile = 'import_isos';

/**
 * Gathers the settings: from the environment, then /etc/maas/import_isos, then etc/maas/import_isos of the working folder,
 * then the options; what comes later wins.
 * @param options by the name of the setting
 * @throws AgentError `netboot.settings-of-others`, `netboot.settings-are-shell`
 */
export async function gatherSettings(
  files: Files,
  { environment, workingFolder, systemFolder }: Surroundings,
  options: GivenSettings,
): Promise<Gathered> {
  const given = new Map<SettingName, Given>();
  const unknown: string[] = [];
  for (const name of settingNames) give(given, name, { value: environment[name] ?? '', from: 'environment' });
  for (const path of [join(systemFolder, settingsFile), join(workingFolder, 'etc/maas', settingsFile)]) {
    for (const [name, value] of await readFileOf(files, path)) {
      const known = settingNames.find((each) => each === name);
      if (known === undefined) unknown.push(`${path}: ${name}`);
      else give(given, known, { value, from: path });
    }
  }
  for (const [name, value] of options) given.set(name, value);
  return { given, unknown };
}

/** An empty value takes an earlier one back, as in the original's script. */
function give(given: Map<SettingName, Given>, name: SettingName, what: Given): void {
  if (what.value.trim() === '') given.delete(name);
  else given.set(name, what);
}

/**
 * The settings of an import; what none of them says of releases is asked of distro-info(1).
 * @throws AgentError `netboot.setting-wrong`; what starting distro-info(1) throws
 */
export async function completeSettings(processes: Processes, given: GivenSettings): Promise<Settings> {
  const unanswered = unansweredOf(given);
  const ask = async (question: string) => {
    const { stdout } = await processes.run('distro-info', [question]);
    return stdout.split(/\s+/).filter((word) => word !== '');
  };
  return settingsOf(given, {
    supported: unanswered.includes('RELEASES') ? await ask('--supported') : [],
    stable: unanswered.includes('CURRENT_RELEASE') ? (await ask('--stable'))[0] : undefined,
  });
}

/** A file that names what is downloaded, and by which program, is ours or root's: anybody may write to /tmp. */
async function readFileOf(files: Files, path: string): Promise<Map<string, string>> {
  const status = await files.status(path);
  if (status === undefined) return new Map();
  const isOurs = status.uid === 0 || status.uid === process.geteuid?.();
  if (!isOurs || (status.mode & 0o002) !== 0) throw ofOthers(path);
  const text = await ifRegular(files.read(path));
  return text === undefined ? new Map() : parseSettingsFile(path, text);
}

function ofOthers(path: string): AgentError {
  return new AgentError('cannot take settings from it: others may write to it', {
    code: 'netboot.settings-of-others',
    subject: path,
    remedy: "make it yours or root's and writable by nobody else, or import from another folder",
    exitCode: ExitCode.badConfiguration,
  });
}
