import type { ListedDisk } from '../disk/describe-disk.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';

/** Disks that are not mounted and that somebody may look for. */
export function disksNotMounted({ disks }: DoctorFacts): Finding[] {
  return disks.flatMap((disk): Finding[] => {
    const { isMarked, looksLike, state, code, device, note, next } = disk;
    if (!isMarked && looksLike === null) return [];
    const standing = isMarked ? (standings[state] ?? standingsOfRows[code ?? '']) : unmarkedStanding(disk);
    if (standing === undefined) return [];
    const fix = next ?? `see \`gandi-agent disk explain ${device}\``;
    const isNote = standing === 'note' ? { isNote: true } : {};
    return [{ code: codeOf(disk), problem: `${device} is ${note}`, fix, isChoice: standing !== 'problem', ...isNote }];
  });
}

/** Who decided that a disk is not mounted, by its state; states of which there is nothing to say are not here. */
const standings: Partial<Record<ListedDisk['state'], 'problem' | 'note' | 'choice'>> = {
  hidden: 'problem',
  'not-served': 'note',
  unmounted: 'choice',
  ready: 'note',
};

/** The same for what is left alone. That it is switched off, and what the system is on, is said elsewhere or goes without saying. */
const standingsOfRows: Readonly<Record<string, 'note' | 'choice'>> = {
  ambivalent: 'note',
  blank: 'note',
  'not-a-file-system': 'note',
  'type-not-allowed': 'note',
  fstab: 'choice',
  'mount-unit': 'choice',
  'no-capacity': 'note',
  'same-uuid': 'note',
  'mounted-elsewhere': 'note',
  'folder-not-empty': 'note',
  'no-folder': 'note',
  'folder-protected': 'note',
  automount: 'choice',
  'unsafe-root': 'note',
  'not-ready': 'note',
  'system-unknown': 'note',
  'assignment-mistaken': 'note',
  'two-assignments': 'note',
  'two-disks': 'note',
  'path-of-two': 'note',
  'path-in-path': 'note',
  'path-of-system': 'note',
  'path-claimed': 'note',
  'path-mounted': 'note',
  'path-of-automount': 'note',
  'cannot-stay-unchanged': 'note',
  'pool-assigned': 'note',
  'snapshot-type': 'note',
  'snapshot-path': 'note',
};

function unmarkedStanding({ code }: ListedDisk): 'note' | undefined {
  return code === 'not-a-data-disk' ? 'note' : undefined;
}

function codeOf({ isMarked, state }: ListedDisk): string {
  if (!isMarked) return 'disk-not-managed';
  return state === 'hidden' ? 'disk-hidden' : 'disk-left-alone';
}
