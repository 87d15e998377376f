import { type CommandFamily, widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import type { Line } from '../../core/command/line.ts';
import { renderTable, titled } from '../../core/command/render-table.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { openFiles } from '../../core/system/files.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openProcesses } from '../../core/system/processes.ts';
import { openTrees } from '../../core/system/trees.ts';
import { planPrune } from '../netboot/plan-prune.ts';
import { gatherSettings } from '../netboot/read-settings.ts';
import { type Given, type SettingName, tftpRootOf } from '../netboot/settings.ts';
import { damageOf, listVersions, type StoredVersion } from '../netboot/store-contents.ts';
import { lockStore } from '../netboot/store-lock.ts';
import { runImport, surroundings } from './run-import.ts';

const tftpRootOption = {
  description: 'folder that the TFTP server serves (TFTPROOT; /var/lib/tftpboot where nothing says)',
  value: { hint: 'DIR', completion: 'folder' },
} as const;

const jsonOption = { description: 'print JSON for programs' } as const;

/** Each option is a setting of the original by another way. */
const importOptions = {
  archive: { description: 'where releases lie: an http, https or file URL (ARCHIVE)', value: { hint: 'URL' } },
  releases: { description: 'names of releases, in one word with spaces (RELEASES)', value: { hint: 'NAMES' } },
  'current-release': { description: 'release of the pre-boot loader (CURRENT_RELEASE)', value: { hint: 'NAME' } },
  arches: { description: 'names of architectures, in one word with spaces (ARCHES)', value: { hint: 'NAMES' } },
  'tftp-root': tftpRootOption,
  download: { description: 'command that downloads in place of our own way (DOWNLOAD)', value: { hint: 'COMMAND' } },
  distribution: {
    description: 'whose archive it is (DISTRIBUTION; ubuntu where nothing says)',
    value: { hint: 'NAME', completion: ['ubuntu', 'debian'] },
  },
  layout: {
    description: 'where files lie below the TFTP root (LAYOUT; base where nothing says)',
    value: { hint: 'NAME', completion: ['base', 'generic', 'flat'] },
  },
  keyring: {
    description: 'public keys of which one has to have signed what is imported (KEYRING)',
    value: { hint: 'FILE', completion: 'file' },
  },
} as const;

const importCommand = defineCommand({
  name: 'import',
  summary: 'import kernels and initial RAM disks of an archive into a TFTP root',
  details:
    'What is unchanged is neither sent nor written again. A release is switched as a whole, so that no node gets the ' +
    'kernel of one version and the initial RAM disk of another, and the version before stays for transfers under way. ' +
    'Each option is also a variable of the environment and of the files /etc/maas/import_isos and etc/maas/import_isos ' +
    'of the working folder; a file wins over the environment, and an option over both.',
  options: importOptions,
  examples: [
    { words: '--releases precise --current-release precise --arches amd64', does: 'import one release of Ubuntu' },
    {
      words:
        '--distribution debian --releases bookworm --current-release bookworm --arches amd64 --keyring /usr/share/keyrings/debian-archive-keyring.gpg',
      does: 'import one release of Debian, and nothing that is not signed',
    },
  ],
  run: async (values, terminal) => {
    const options = Object.keys(importOptions).flatMap((name): [SettingName, Given][] => {
      const value = values[name as keyof typeof importOptions];
      return value === undefined ? [] : [[settingOf(name), { value, from: `--${name}` }]];
    });
    return runImport(surroundings(), new Map(options), terminal);
  },
});

const list = defineCommand({
  name: 'list',
  summary: 'list what was imported, with every version that is still there',
  options: { 'tftp-root': tftpRootOption, json: jsonOption },
  run: async (values, terminal) => {
    const versions = await listVersions(openFiles('/'), await tftpRoot(values['tftp-root']));
    if (values.json) terminal.json(versions.map(described));
    else for (const line of table(versions, widthOf(terminal))) terminal.out(line);
    return ExitCode.done;
  },
});

const verify = defineCommand({
  name: 'verify',
  summary: 'read all that was imported, and tell which files are not as they came',
  options: { 'tftp-root': tftpRootOption, json: jsonOption },
  run: async (values, terminal) => {
    const files = openFiles('/');
    const versions = await listVersions(files, await tftpRoot(values['tftp-root']));
    const found: { readonly path: string; readonly damage: string }[] = [];
    for (const version of versions)
      for (const [{ name }, damage] of await damageOf(files, version))
        found.push({ path: `${version.folder}/${name}`, damage });
    if (values.json) terminal.json(found);
    else for (const { path, damage } of found) terminal.out(`${path}: ${damage}`);
    if (found.length > 0) terminal.err('remove what is named here, then import again');
    else if (!values.json) terminal.out(`${versions.length} are as they came`);
    return found.length > 0 ? ExitCode.stepFailed : ExitCode.done;
  },
});

const prune = defineCommand({
  name: 'prune',
  summary: 'remove versions that were replaced',
  details: 'The version that was replaced last stays, as a node may still be fetching it; --keep says how many do.',
  options: {
    'tftp-root': tftpRootOption,
    keep: { description: 'how many replaced versions of each release stay', value: { hint: 'NUMBER' }, default: '1' },
    'dry-run': { description: 'tell what would be removed, and remove nothing' },
  },
  run: async (values, terminal) => {
    if (!/^\d{1,6}$/.test(values.keep)) throw new UsageError(`option --keep needs a number, and not '${values.keep}'`);
    const root = await tftpRoot(values['tftp-root']);
    const removed = values['dry-run']
      ? planPrune(await listVersions(openFiles('/'), root), Number(values.keep))
      : await removeOld(root, Number(values.keep));
    for (const { folder } of removed) terminal.out(folder);
    return ExitCode.done;
  },
});

export const netbootCommand: CommandFamily = {
  name: 'netboot',
  summary: 'keep the kernels and initial RAM disks that machines boot from the network',
  subcommands: [importCommand, list, verify, prune],
};

async function removeOld(root: string, keep: number): Promise<StoredVersion[]> {
  const trees = openTrees();
  const lock = await lockStore(openProcesses(silentJournal), root);
  try {
    const old = planPrune(await listVersions(openFiles('/'), root), keep);
    for (const { folder } of old) {
      await trees.remove(folder);
      await trees.remove(`${folder}.json`);
    }
    return old;
  } finally {
    await lock.release();
  }
}

/** `tftp-root` is TFTPROOT: the original has no word for the gap. */
function settingOf(option: string): SettingName {
  return option === 'tftp-root' ? 'TFTPROOT' : (option.replaceAll('-', '_').toUpperCase() as SettingName);
}

async function tftpRoot(option: string | undefined): Promise<string> {
  const options = option === undefined ? [] : [['TFTPROOT', { value: option, from: '--tftp-root' }] as const];
  const { given } = await gatherSettings(openFiles('/'), surroundings(), new Map(options));
  return tftpRootOf(given);
}

function described({ place, id, isCurrent, folder, record }: StoredVersion) {
  const { imported = null, checked = null, files = [] } = record ?? {};
  return { place, version: id, isCurrent, folder, imported, checked, files };
}

function table(versions: readonly StoredVersion[], width: number): Line[] {
  const rows = versions.map(({ place, id, isCurrent, record }) => [
    place,
    id,
    isCurrent ? 'current' : 'replaced',
    record?.imported.slice(0, 10) ?? '-',
    record?.checked ?? '-',
  ]);
  return renderTable(titled('PLACE', 'VERSION', 'STATE', 'IMPORTED', 'CHECKED BY'), rows, width);
}
