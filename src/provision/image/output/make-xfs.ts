import { join } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import type { System } from '../../../core/system/system.ts';
import { clampXfsTimes } from './clamp-xfs-times.ts';
import { inFileOfItsOwn } from './file-of-its-own.ts';
import type { FileSystemWork } from './file-system-work.ts';
import { type TreeEntry, xfsPrototype } from './xfs-prototype.ts';

/**
 * XFS, which mkfs.xfs fills from a protofile. It makes a file of each name of a hard link and gives everything the time of
 * the build; capabilities and other attributes do not come along. A name with a space needs mkfs.xfs 6.5 or later.
 * @throws AgentError `output.xfs-name`
 */
export async function makeXfs(work: FileSystemWork, system: System): Promise<void> {
  const { fileSystem, source, workFolder, uuid } = work;
  await inFileOfItsOwn(work, system, async (file) => {
    const prototype = source === null ? undefined : await writePrototype(source, workFolder, system);
    const from = prototype === undefined ? [] : ['-p', prototype.argument];
    const args = ['-q', '-f', ...fileSystem.options, '-L', fileSystem.label, '-m', `uuid=${uuid}`, ...from, file];
    await system.processes.run('mkfs.xfs', args, { timeoutSeconds: null });
    if (prototype !== undefined) await setStickyBits(file, prototype.entries, system);
    if (work.sourceDateEpoch !== undefined) await clampXfsTimes(file, work.sourceDateEpoch, system);
  });
}

interface Prototype {
  readonly argument: string;
  readonly entries: readonly TreeEntry[];
}

async function writePrototype(source: string, workFolder: string, system: System): Promise<Prototype> {
  const { files } = system;
  const entries = await entriesOf(source, system);
  const spaced = entries.filter(({ path }) => path.includes(' '));
  const knowsSpaces = spaced.length === 0 || (await isSince(6, 5, system));
  const impossible =
    entries.find(({ path, target }) => /[\t\n]/.test(path) || /\s/.test(target)) ??
    (knowsSpaces ? undefined : spaced[0]);
  if (impossible !== undefined) throw unnameable(impossible.path);
  const aliases = join(workFolder, 'xfs-sources');
  await files.makeDirectory(aliases, 0o700);
  const sources = new Map<string, string>();
  for (const [index, { path }] of spaced.entries()) {
    const alias = join(aliases, String(index));
    await files.replaceLink(alias, join(source, path));
    sources.set(path, alias);
  }
  const file = join(workFolder, 'xfs-prototype');
  await files.replace(
    file,
    xfsPrototype(entries, (path) => sources.get(path) ?? join(source, path)),
    { mode: 0o600 },
  );
  return { argument: spaced.length === 0 ? file : `file=${file},slashes_are_spaces=1`, entries };
}

/** A protofile has no word for the sticky bit. */
async function setStickyBits(file: string, entries: readonly TreeEntry[], { processes }: System): Promise<void> {
  const sticky = entries.filter(({ type, mode }) => type === 'd' && (mode & 0o1000) !== 0);
  if (sticky.length === 0) return;
  const commands = sticky.flatMap(({ path, mode }) => [
    `path /${path}`,
    `write core.mode 04${mode.toString(8).padStart(4, '0')}`,
  ]);
  await processes.run('xfs_db', ['-x', ...commands.flatMap((command) => ['-c', command]), file], {
    timeoutSeconds: null,
  });
}

async function entriesOf(source: string, { processes }: System): Promise<TreeEntry[]> {
  const args = [source, '-printf', '%y %m %U %G %P\\0%l\\0'];
  const fields: string[] = [];
  await processes.follow('find', args, (line) => void fields.push(line));
  const parts = fields.join('\n').split('\0');
  const entries: TreeEntry[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, type = '', mode = '', uid = '', gid = '', path = ''] =
      /^(\S) (\d+) (\d+) (\d+) (.*)$/s.exec(parts[index] ?? '') ?? [];
    const isDevice = type === 'c' || type === 'b';
    const device = isDevice ? await deviceOf(join(source, path), processes) : null;
    // A socket belongs to a program that runs.
    if (type !== 's')
      entries.push({
        type,
        mode: Number.parseInt(mode, 8),
        uid: Number(uid),
        gid: Number(gid),
        path,
        target: parts[index + 1] ?? '',
        device,
      });
  }
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1));
}

async function deviceOf(path: string, processes: System['processes']): Promise<TreeEntry['device']> {
  const { stdout } = await processes.run('stat', ['--format=%t %T', path]);
  const [major = 0, minor = 0] = stdout
    .trim()
    .split(' ')
    .map((number) => Number.parseInt(number, 16));
  return { major, minor };
}

async function isSince(major: number, minor: number, { processes }: System): Promise<boolean> {
  const { stdout } = await processes.run('mkfs.xfs', ['-V']);
  const [, first = 0, second = 0] = (/(?<!\d)(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
  return first > major || (first === major && second >= minor);
}

function unnameable(path: string): AgentError {
  return new AgentError('mkfs.xfs cannot make it: there is white space in its name or target', {
    code: 'output.xfs-name',
    subject: `/${path}`,
    remedy: 'use another file system, such as ext4, or a later version of xfsprogs',
  });
}
