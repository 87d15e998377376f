import type { System } from '../../core/system/system.ts';

/** Of netplan 0.106 and 1.1 as Debian has them, and of earlier ones. */
const places = ['/usr/libexec/netplan/generate', '/usr/lib/netplan/generate', '/lib/netplan/generate'];

/** The program that draws the files of networkd and NetworkManager from those of netplan; undefined where there is none. */
export async function findNetplanGenerator({ files }: System): Promise<string | undefined> {
  for (const path of places) if ((await files.status(path)) !== undefined) return path;
  return undefined;
}

/**
 * Has netplan draw what networkd or NetworkManager reads. At boot systemd ran it as a generator before the agent wrote, so
 * networkd would start without the links and get them only by an event of theirs, half a minute later (seen in a guest).
 * @throws AgentError `process.*`
 */
export async function generateNetplan(system: System): Promise<void> {
  const generator = await findNetplanGenerator(system);
  if (generator !== undefined) await system.processes.run(generator, []);
}
