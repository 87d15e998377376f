import { reportLines } from './report.ts';

/** A volume that tells the machine who it is. */
export interface DriveContent {
  readonly label: 'cidata' | 'config-2';
  /** Texts by their path. */
  readonly files: ReadonlyMap<string, string>;
}

const script = 'openstack/latest/user_data';

/**
 * What is on the drive of a guest that is tried: the caller's config-drive, or a NoCloud volume. Either has the agent report
 * once all is applied.
 * @param own texts of a config-drive by their path, `openstack/latest/meta_data.json`
 */
export function driveFiles(own: ReadonlyMap<string, string> | undefined): DriveContent {
  if (own === undefined) return { label: 'cidata', files: noCloud };
  const before = own.get(script) ?? '#!/bin/sh\n';
  const text = `${before.trimEnd()}\n${reportLines.join('\n')}\n`;
  return { label: 'config-2', files: new Map([...own, [script, text]]) };
}

const noCloud: ReadonlyMap<string, string> = new Map([
  ['meta-data', 'instance-id: gandi-image-test\nlocal-hostname: gandi-image-test\n'],
  ['user-data', `#!/bin/sh\n${reportLines.join('\n')}\n`],
]);
