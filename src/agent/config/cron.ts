import type { System } from '../../core/system/system.ts';

export interface CronFacts {
  /** machine-id(5) */
  readonly machineId: string | undefined;
  readonly crontabs: readonly { readonly path: string; readonly text: string }[];
}

// Debian, SUSE; Red Hat, whose other jobs are anacron's and spread by it; busybox (Alpine).
const paths = ['/etc/crontab', '/etc/cron.d/0hourly', '/etc/crontabs/root'];

export async function observeCron({ files }: System): Promise<CronFacts> {
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await files.read(path) })));
  const machineId = (await files.read('/etc/machine-id'))?.trim();
  return {
    // `uninitialized` and nothing are what a template has.
    machineId: machineId !== undefined && /^[0-9a-f]{32}$/.test(machineId) ? machineId : undefined,
    crontabs: texts.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }])),
  };
}
