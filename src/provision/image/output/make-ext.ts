import { AgentError } from '../../../core/error/agent-error.ts';
import type { System } from '../../../core/system/system.ts';
import { clampInodeTimes } from './clamp-times.ts';
import type { FileSystemWork } from './file-system-work.ts';

/** ext2, ext3 and ext4: mke2fs fills them from a folder, sorted by name, with owners and attributes. */
export async function makeExt(work: FileSystemWork, system: System): Promise<void> {
  const { sourceDateEpoch } = work;
  const environment = sourceDateEpoch === undefined ? {} : { E2FSPROGS_FAKE_TIME: String(sourceDateEpoch) };
  requireRoomForJournal(work);
  await system.processes.run('mke2fs', ext2Arguments(work), { timeoutSeconds: null, environment });
  if (sourceDateEpoch !== undefined) await clampInodeTimes(work.place, sourceDateEpoch, system);
}

/** mke2fs refuses a journal of more than half of the blocks (figure_journal_size of e2fsprogs). @throws AgentError `output.journal` */
function requireRoomForJournal({ fileSystem, place }: FileSystemWork): void {
  const { type, label, options } = fileSystem;
  const wanted = options.find((word, index) => options[index - 1] === '-J' && word.startsWith('size='));
  const journalMib = Number(wanted?.slice('size='.length) ?? 0);
  const mebibytes = place.bytes / 1024 / 1024;
  if (journalMib <= mebibytes / 2) return;
  throw new AgentError(
    `its journal of ${journalMib} MiB is too large for a file system of ${Math.floor(mebibytes)} MiB`,
    {
      code: 'output.journal',
      subject: label === '' ? type : label,
      remedy: 'ask for a smaller journal by --mkfs-journal-size, or for a larger image',
    },
  );
}

/** The words of mke2fs(8). It takes the last `-E` alone, so those of the description are joined with ours. */
export function ext2Arguments({ fileSystem, source, place, uuid }: FileSystemWork): string[] {
  const { type, label, options } = fileSystem;
  const { extended, others } = splitExtended(options);
  const own = [...(place.offset > 0 ? [`offset=${place.offset}`] : []), `hash_seed=${uuid}`];
  return [
    '-q',
    '-F',
    '-t',
    type,
    ...others,
    '-E',
    [...extended, ...own].join(','),
    '-L',
    label,
    '-U',
    uuid,
    ...(source === null ? [] : ['-d', source]),
    place.file,
    `${Math.floor(place.bytes / 1024)}k`,
  ];
}

function splitExtended(options: readonly string[]): { readonly extended: string[]; readonly others: string[] } {
  const extended: string[] = [];
  const others: string[] = [];
  for (const [index, word] of options.entries()) {
    if (options[index - 1] === '-E') extended.push(word);
    else if (/^-E./.test(word)) extended.push(word.slice(2));
    else if (word !== '-E') others.push(word);
  }
  return { extended, others };
}
