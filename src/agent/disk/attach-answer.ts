import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { ListedDisk } from './describe-disk.ts';
import { nameDisk } from './disk-table.ts';

/** Whether a disk is where `disk attach` puts it: mounted, or part of what is mounted by an event of its own. */
export function isAttached(disk: Pick<ListedDisk, 'state' | 'isMountedByAgent' | 'isInStack'>): boolean {
  return disk.isMountedByAgent || disk.isInStack || disk.state === 'on-demand';
}

/** `/dev/sdc (xfs, 320 MiB, "backup") mounted at /srv/backup` */
export function describeAttached(disk: ListedDisk): string {
  return `${nameDisk(disk)} ${disk.note}`;
}

/** Why a disk was not mounted, and what to do next. */
export function refuseAttach(disk: ListedDisk): AgentError {
  return new AgentError(`is ${disk.note}`, {
    code: `disk.${disk.code ?? disk.state}`,
    subject: nameDisk(disk),
    remedy: disk.next ?? `see \`gandi-agent disk explain ${disk.device}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}
