import { observeAutofsFolders } from '../disk/automount.ts';
import { mistakesOf, readAssignments } from '../disk/read-assignments.ts';
import { observeServices, type Services } from '../facts/services.ts';
import { observeUdevRules, type UdevRules } from '../facts/udev-rules.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import type { System } from '../../core/system/system.ts';

/** What the files of a system tell, running or not. */
export interface InstalledFacts {
  /** Where its root is seen from here: `/` for the machine that runs. */
  readonly root: string;
  /** The flags file that is in force; undefined if there is none. */
  readonly flagFile: string | undefined;
  readonly flags: Flags;
  readonly flagMistakes: readonly string[];
  /** Words in it that look like flags and are not. */
  readonly unknownFlags: readonly string[];
  /** Of files below /etc/gandi/disks.d, one line each. */
  readonly assignmentMistakes: readonly string[];
  /** The file of rules that udev reads for the agent; undefined where none is found. */
  readonly rules: UdevRules | undefined;
  /** Folders that the agent's own map of autofs has, in /etc/auto.master.d/gandi.autofs. */
  readonly autofsFolders: readonly string[];
  /** Which of our services start by themselves. */
  readonly services: Services;
  /** Where /etc/resolv.conf points; undefined if it is a file. */
  readonly resolverTarget: string | undefined;
  /** Programs of the old agent that are still installed. */
  readonly oldAgent: readonly string[];
  /** Hooks and plugins that are there and cannot be run. */
  readonly notExecutable: readonly string[];
}

const oldPrograms = ['/usr/share/gandi/bootstrap.d', '/usr/sbin/gandi-bootstrap', '/usr/lib/gandi/manage_data_disk.py'];

/** Reads only files: nothing is run. @param root as remedies name it: `/`, or the folder of the tree */
export async function observeInstalled(system: System, root = '/'): Promise<InstalledFacts> {
  const { files } = system;
  const texts = await Promise.all(flagFiles.map(async (path) => ({ path, text: await files.read(path) })));
  const flagFile = texts.find(({ text }) => text !== undefined);
  const { flags, warnings, unknown } = parseFlags(flagFile?.text ?? '');
  return {
    root,
    flagFile: flagFile?.path,
    flags,
    flagMistakes: warnings,
    unknownFlags: unknown,
    assignmentMistakes: mistakesOf(await readAssignments(system)),
    rules: await observeUdevRules(system),
    autofsFolders: await observeAutofsFolders(system),
    services: await observeServices(system),
    resolverTarget: await files.linkTarget('/etc/resolv.conf'),
    oldAgent: await existing(system, oldPrograms),
    notExecutable: await observeNotExecutable(system, [flags.GANDI_HOOK_DIR, flags.GANDI_PLUGIN_DIR]),
  };
}

async function existing({ files }: System, paths: readonly string[]): Promise<string[]> {
  const statuses = await Promise.all(paths.map((path) => files.status(path)));
  return paths.filter((_, index) => statuses[index] !== undefined);
}

async function observeNotExecutable(system: System, folders: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(
    folders.map(async (folder) => (await system.files.list(folder)).map((name) => `${folder}/${name}`)),
  );
  const statuses = await Promise.all(
    paths.flat().map(async (path) => ({ path, status: await system.files.status(path) })),
  );
  return statuses
    .filter(({ status }) => status?.type === 'file' && (status.mode & 0o100) === 0)
    .map(({ path }) => path);
}
