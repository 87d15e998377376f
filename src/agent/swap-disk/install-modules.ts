import type { InstallModules } from '../action/action.ts';
import { modulesMark } from './kernel-modules.ts';
import { readPayloadModules } from './payload-content.ts';
import type { System } from '../../core/system/system.ts';
import { restoreContexts } from '../action/restore-contexts.ts';

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
