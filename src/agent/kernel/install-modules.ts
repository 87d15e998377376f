import { modulesMark } from './kernel-modules.ts';
import { readPayloadModules } from '../swap-disk/payload-content.ts';
import type { System } from '../../core/system/system.ts';
import { restoreContexts } from '../action/restore-contexts.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { ActionKind } from '../action/kind.ts';

/** Replaces the modules of the running kernel by those of a payload: the whole tree, at once. */
export interface InstallModules {
  readonly kind: 'install-modules';
  readonly payload: PayloadLocation;
  /** `gandi/6.1.0-1-amd64-modules.tar.gz` */
  readonly member: string;
  /** sha256, in hex, of the packed archive. */
  readonly digest: string;
  readonly release: string;
  /** `/lib/modules` or `/usr/lib/modules`. */
  readonly folder: string;
  /** Where the tree that is replaced is moved, beside it; null where it is removed. */
  readonly keepOldAs: string | null;
}

export const installModulesKind: ActionKind<InstallModules> = {
  kind: 'install-modules',
  describe: (action) => `install the kernel modules of ${action.release} in ${action.folder}`,
  apply: installModules,
};

const depmodSeconds = 300;

/**
 * Unpacks the modules of a payload beside their place, indexes them there, and moves them in once all of it is on the
 * disk: the kernel finds the old tree or the new one. Everything belongs to root, whatever the archive says.
 * @throws AgentError `payload.*` for an archive that holds more than a tree of modules; the tree in place stays
 */
export async function installModules(action: InstallModules, system: System): Promise<void> {
  const { folder, release, digest } = action;
  const place = `${folder}/${release}`;
  const stage = await system.files.stageTree(place);
  // depmod(8), -b: it looks in the one or the other of these two, as it was built.
  const inner = `usr/lib/modules/${release}`;
  try {
    await stage.makeFolder(inner);
    await stage.makeLink('lib', 'usr/lib');
    await readPayloadModules(system, action, {
      folder: (path) => stage.makeFolder(`${inner}/${path}`),
      file: (path, content) => stage.writeFile(`${inner}/${path}`, content),
      link: (path, target) => stage.makeLink(`${inner}/${path}`, target),
    });
    await stage.writeFile(`${inner}/${modulesMark}`, `${digest}\n`);
    // Short options: BusyBox has no others, and Alpine's depmod and sync may be its.
    await system.processes.run('depmod', ['-b', stage.hostPath, release], { timeoutSeconds: depmodSeconds });
    await system.processes.run('sync', ['-f', stage.hostPath], { timeoutSeconds: depmodSeconds });
    await stage.moveIn(inner, action.keepOldAs);
  } finally {
    await stage.discard();
  }
  if (action.keepOldAs !== null) {
    system.journal.info(`${place} is replaced; what it was is kept as ${action.keepOldAs}`);
  }
  await restoreContexts(system, place);
}
