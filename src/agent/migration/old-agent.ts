import { masterMapPath, programMapPath } from '../disk/automount.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import type { System } from '../../core/system/system.ts';

/** A file that the package gandi-hosting-vm2 left: dpkg and rpm keep what an admin may have edited. */
export interface OldFile {
  readonly path: string;
  readonly text: string;
}

/** What of gandi-hosting-vm2 would still act beside the agent, or in its place. */
export interface OldAgentFacts {
  /** Its udev rules, where udev reads them in the place of ours, or where rpm keeps them for the admin. */
  readonly rules: readonly OldFile[];
  /** Its scripts for sysvinit, and the links of run levels that lead to them or to nothing. */
  readonly initScripts: readonly OldFile[];
  readonly runLevelLinks: readonly string[];
  /** Links that enable units of its that are gone. */
  readonly unitLinks: readonly string[];
  readonly flagFile: OldFile | undefined;
  /** The rules that an upgrade replaced, where lines in them were commented out; kept by the package's own script. */
  readonly replacedRules: OldFile | undefined;
  /** The folder that an admin's edited map of autofs has for data disks; undefined where it is the usual one, or none. */
  readonly autofsFolder: string | undefined;
  /** The flags say another folder than the usual one already. */
  readonly hasOwnDiskRoot: boolean;
}

const rulesPaths = ['/etc/udev/rules.d/86-gandi.rules', '/etc/udev/rules.d/86-gandi.rules.rpmsave'];
const replacedRulesPath = '/var/lib/gandi/rules-before-upgrade';
const usualDiskRoot = '/srv';
/** The map of the old agent, as dpkg and rpm leave it: edited and kept, or beside the new one. */
const masterMaps = ['', '.dpkg-old', '.rpmsave'].map((end) => `${masterMapPath}${end}`);
const initFolder = '/etc/init.d';
const unitFolder = '/etc/systemd/system';

/** Names of the programs that its rules and scripts start; none of them is ours. */
const oldPrograms =
  /manage_data_disk|manage_iface|manage_memory|cpu_online|fake_blkid|\/usr\/share\/gandi\/|gandi-config\//;

/** Looks for what is left of the agent that this one replaces. What is ours, or the admin's own, is not among it. */
export async function observeOldAgent(system: System): Promise<OldAgentFacts> {
  const { files } = system;
  const scripts = (await files.list(initFolder)).filter((name) => name.startsWith('gandi'));
  const initScripts = await readAll(
    system,
    scripts.map((name) => `${initFolder}/${name}`),
  );
  const flagFile = (await readAll(system, flagFiles)).at(0);
  return {
    rules: (await readAll(system, rulesPaths)).filter(({ text }) => isOfOldAgent(text)),
    initScripts: initScripts.filter(({ text }) => isOfOldAgent(text)),
    runLevelLinks: await observeRunLevelLinks(
      system,
      initScripts.filter((script) => !isOfOldAgent(script.text)),
    ),
    unitLinks: await observeUnitLinks(system),
    flagFile,
    replacedRules: (await readAll(system, [replacedRulesPath])).at(0),
    autofsFolder: folderOf(await readAll(system, masterMaps)),
    hasOwnDiskRoot: parseFlags(flagFile?.text ?? '').flags.CONFIG_DISK_ROOT !== usualDiskRoot,
  };
}

/** Of a line that is in force and gives another folder than the usual one to the program map. */
function folderOf(maps: readonly OldFile[]): string | undefined {
  const lines = maps.flatMap(({ text }) => text.split('\n')).map((line) => line.trim().split(/\s+/));
  const folders = lines.flatMap(([folder = '', map]) =>
    map?.endsWith(programMapPath) ? [folder.replace(/(?<!\/)\/+$/, '')] : [],
  );
  return folders.find((folder) => /^(?:\/[\w.-]+)+$/.test(folder) && folder !== usualDiskRoot);
}

/** Whether a text is a file of the old agent, and not one of ours or an admin's. */
export function isOfOldAgent(text: string): boolean {
  return oldPrograms.test(text) && !text.includes('/usr/lib/gandi/');
}

async function readAll({ files }: System, paths: readonly string[]): Promise<OldFile[]> {
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await files.read(path) })));
  return texts.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
}

/** Links to scripts that stay, because they are ours, stay too. */
async function observeRunLevelLinks({ files }: System, staying: readonly OldFile[]): Promise<string[]> {
  const kept = new Set(staying.map(({ path }) => path.slice(initFolder.length + 1)));
  const folders = (await files.list('/etc')).filter((name) => /^rc[0-6S]\.d$/.test(name));
  const links = await Promise.all(
    folders.map(async (folder) =>
      (await files.list(`/etc/${folder}`))
        .filter((name) => /^[SK]\d\dgandi/.test(name) && !kept.has(name.slice(3)))
        .map((name) => `/etc/${folder}/${name}`),
    ),
  );
  return links.flat();
}

async function observeUnitLinks({ files }: System): Promise<string[]> {
  const folders = (await files.list(unitFolder)).filter((name) => /\.(wants|requires)$/.test(name));
  const links = await Promise.all(
    folders.map(async (folder) => {
      const names = (await files.list(`${unitFolder}/${folder}`)).filter((name) => name.startsWith('gandi-'));
      const gone = await Promise.all(names.map(async (name) => !(await isUnit(files, name))));
      return names.filter((_, index) => gone[index]).map((name) => `${unitFolder}/${folder}/${name}`);
    }),
  );
  return links.flat();
}

async function isUnit(files: System['files'], name: string): Promise<boolean> {
  const file = name.replace(/@[^.]*/, '@');
  const places = ['/usr/lib/systemd/system', '/lib/systemd/system', unitFolder];
  const found = await Promise.all(places.map((folder) => files.status(`${folder}/${file}`)));
  return found.some((status) => status !== undefined);
}
