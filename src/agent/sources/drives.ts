import type { DriveSource } from './drive-source.ts';

/** In order of preference. To add one: a reader beside these, its name in flags/source-names.ts, a row here. */
export const driveSources: readonly DriveSource[] = [
  {
    name: 'config-drive',
    // vfat writes its labels in upper case.
    labels: ['config-2', 'CONFIG-2'],
    load: async () => (await import('./openstack.ts')).openstackReader,
  },
  {
    name: 'nocloud',
    labels: ['cidata', 'CIDATA'],
    load: async () => (await import('./nocloud.ts')).nocloudReader,
  },
];

export function driveSource(name: string): DriveSource | undefined {
  return driveSources.find((source) => source.name === name);
}
