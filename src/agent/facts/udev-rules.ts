import type { System } from '../../core/system/system.ts';

/** The file of rules that udev reads for the agent: the first of its name in the folders of udev(7). */
export interface UdevRules {
  readonly path: string;
  readonly text: string;
  /** Where it points, if it is a link. */
  readonly target: string | undefined;
}

/** A kind of device whose events the rules hand over, by the word that `spool-event` gets. */
export type HandedOver = 'disk' | 'nic' | 'cpu' | 'config-drive';

const name = '86-gandi.rules';
const folders = ['/etc/udev/rules.d', '/run/udev/rules.d', '/usr/lib/udev/rules.d', '/lib/udev/rules.d'];

/** @returns undefined where no folder has the file */
export async function observeUdevRules({ files }: System): Promise<UdevRules | undefined> {
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    if ((await files.status(path)) === undefined) continue;
    const target = await files.linkTarget(path);
    const text = target === '/dev/null' ? '' : ((await files.read(path)) ?? '');
    return { path, text, target };
  }
  return undefined;
}

/** Whether some line of the rules that is in force hands over events of these devices. */
export function handsOver({ text }: UdevRules, device: HandedOver): boolean {
  return text.split('\n').some((line) => isHandler(line, device) && !/^\s*#/.test(line));
}

/** Whether a line of the rules that would hand them over is commented out. */
export function isCommentedOut({ text }: UdevRules, device: HandedOver): boolean {
  return text.split('\n').some((line) => isHandler(line, device) && /^\s*#/.test(line));
}

function isHandler(line: string, device: HandedOver): boolean {
  return new RegExp(`spool-event ${device}\\b`).test(line);
}
