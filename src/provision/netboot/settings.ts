import { shellWords } from '../../core/text/shell-words.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type DistributionName, distributions, isDistributionName, isLayoutName, type LayoutName } from './layout.ts';

/** The variables of the original, then ours. An empty value counts as none. */
export const settingNames = [
  'ARCHIVE',
  'RELEASES',
  'CURRENT_RELEASE',
  'ARCHES',
  'TFTPROOT',
  'DOWNLOAD',
  'DISTRIBUTION',
  'LAYOUT',
  'KEYRING',
] as const;

export type SettingName = (typeof settingNames)[number];

/** Where a value stands: a file, the environment or an option; for errors. */
export interface Given {
  readonly value: string;
  readonly from: string;
}

export type GivenSettings = ReadonlyMap<SettingName, Given>;

/** Which releases a distribution supports now, the current one last asked; only what no setting says is asked for. */
export interface KnownReleases {
  readonly supported: readonly string[];
  readonly stable: string | undefined;
}

export interface Settings {
  /** `http:`, `https:` or `file:`, without a slash at its end. */
  readonly archive: string;
  readonly releases: readonly string[];
  /** The release whose pre-boot loader is taken. */
  readonly currentRelease: string;
  readonly arches: readonly string[];
  readonly tftpRoot: string;
  /** The words of a command that fetches a URL into its working folder. */
  readonly download: readonly string[];
  readonly distribution: DistributionName;
  readonly layout: LayoutName;
  /** Public keys of which one has to have signed the sums; null to take them unsigned. */
  readonly keyring: string | null;
}

export const defaultDownload = 'wget --no-verbose';

/** The original's two settings that ask another program, where no value is given. */
export function unansweredOf(given: GivenSettings): ('RELEASES' | 'CURRENT_RELEASE')[] {
  return (['RELEASES', 'CURRENT_RELEASE'] as const).filter((name) => !given.has(name));
}

/** @throws AgentError `netboot.setting-wrong` */
export function tftpRootOf(given: GivenSettings): string {
  return absolute(given, 'TFTPROOT', '/var/lib/tftpboot');
}

/** @throws AgentError `netboot.setting-wrong` naming the setting and where it stands */
export function settingsOf(given: GivenSettings, known: KnownReleases): Settings {
  const value = (name: SettingName) => given.get(name)?.value;
  const distribution = chosen(given, 'DISTRIBUTION', 'ubuntu', isDistributionName, Object.keys(distributions));
  const releases = names(given, 'RELEASES') ?? known.supported;
  const [currentRelease] = names(given, 'CURRENT_RELEASE') ?? [known.stable];
  if (currentRelease === undefined) throw wrong(given, 'CURRENT_RELEASE', 'nothing says which release is current');
  return {
    archive: archiveOf(given, distributions[distribution].archive),
    releases: unique(releases),
    currentRelease,
    arches: unique(names(given, 'ARCHES') ?? ['amd64', 'i386']),
    tftpRoot: tftpRootOf(given),
    download: wordsOf(given, value('DOWNLOAD') ?? defaultDownload),
    distribution,
    layout: chosen(given, 'LAYOUT', 'base', isLayoutName, ['base', 'generic', 'flat']),
    keyring: given.has('KEYRING') ? absolute(given, 'KEYRING', '') : null,
  };
}

/** Words that become names of folders: nothing that leads elsewhere. */
function names(given: GivenSettings, name: SettingName): readonly string[] | undefined {
  const words = given
    .get(name)
    ?.value.split(/\s+/)
    .filter((word) => word !== '');
  if (words === undefined || words.length === 0) return undefined;
  for (const word of words)
    if (!/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/.test(word)) throw wrong(given, name, `${JSON.stringify(word)} is not a name`);
  return words;
}

function archiveOf(given: GivenSettings, byDefault: string): string {
  const archive = given.get('ARCHIVE')?.value ?? byDefault;
  const url = URL.parse(archive);
  const isKnown = url !== null && ['http:', 'https:', 'file:'].includes(url.protocol);
  if (!isKnown) throw wrong(given, 'ARCHIVE', `${JSON.stringify(archive)} is not an http, https or file URL`);
  return withoutSlashes(archive);
}

function wordsOf(given: GivenSettings, text: string): readonly string[] {
  const words = shellWords(text);
  if (words === undefined) throw wrong(given, 'DOWNLOAD', 'a quote is never closed');
  return words;
}

function absolute(given: GivenSettings, name: SettingName, byDefault: string): string {
  const path = given.get(name)?.value ?? byDefault;
  if (!path.startsWith('/')) throw wrong(given, name, `${JSON.stringify(path)} is not an absolute path`);
  return withoutSlashes(path) || '/';
}

/** Without those at its end. */
function withoutSlashes(text: string): string {
  let length = text.length;
  while (text[length - 1] === '/') length -= 1;
  return text.slice(0, length);
}

function chosen<Name extends string>(
  given: GivenSettings,
  name: SettingName,
  byDefault: Name,
  isOne: (value: string) => value is Name,
  all: readonly string[],
): Name {
  const value = given.get(name)?.value ?? byDefault;
  if (!isOne(value)) throw wrong(given, name, `${JSON.stringify(value)} is not one of ${all.join(', ')}`);
  return value;
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}

function wrong(given: GivenSettings, name: SettingName, problem: string): AgentError {
  return new AgentError(problem, {
    code: 'netboot.setting-wrong',
    subject: `${given.get(name)?.from ?? 'settings'}: ${name}`,
    remedy: 'correct it, then import again',
    exitCode: ExitCode.badConfiguration,
  });
}
