import type { System } from '../../core/system/system.ts';

interface TimeService {
  /** `chrony-in-place` reads no folder of ours: our lines stand in its own file. */
  readonly form: 'chrony' | 'chrony-in-place' | 'timesyncd';
  /** What tells that it is installed. */
  readonly mark: string;
  readonly folder: string;
  readonly path: string;
  readonly unit: string;
  /** The file that has to name the folder for it to be read; null where the program reads it by itself. */
  readonly includedBy: string | null;
}

export interface TimeServiceFacts extends TimeService {
  /** Of our drop-in, or of the file that holds our lines. */
  readonly text: string | undefined;
}

/** In this order: a machine that has chrony runs it, though timesyncd be installed. To add one: a line here and a form. */
const services: readonly TimeService[] = [
  {
    form: 'chrony',
    mark: '/etc/chrony/sources.d',
    folder: '/etc/chrony/sources.d',
    path: '/etc/chrony/sources.d/gandi.sources',
    unit: 'chrony.service',
    includedBy: '/etc/chrony/chrony.conf',
  },
  // SUSE, whose chrony.conf includes this folder.
  {
    form: 'chrony',
    mark: '/etc/chrony.d',
    folder: '/etc/chrony.d',
    path: '/etc/chrony.d/gandi.conf',
    unit: 'chronyd.service',
    includedBy: '/etc/chrony.conf',
  },
  // Red Hat, and Alpine.
  ...['/etc', '/etc/chrony'].map((folder) => ({
    form: 'chrony-in-place' as const,
    mark: `${folder}/chrony.conf`,
    folder,
    path: `${folder}/chrony.conf`,
    unit: 'chronyd.service',
    includedBy: null,
  })),
  ...['/lib/systemd/systemd-timesyncd', '/usr/lib/systemd/systemd-timesyncd'].map((mark) => ({
    form: 'timesyncd' as const,
    mark,
    folder: '/etc/systemd/timesyncd.conf.d',
    path: '/etc/systemd/timesyncd.conf.d/gandi.conf',
    unit: 'systemd-timesyncd.service',
    includedBy: null,
  })),
];

export async function observeTimeService({ files }: System): Promise<TimeServiceFacts | undefined> {
  for (const service of services) {
    if ((await files.status(service.mark)) === undefined) continue;
    return { ...service, text: await files.read(service.path) };
  }
  return undefined;
}
