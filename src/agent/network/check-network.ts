import { AgentError } from '../../core/error/agent-error.ts';
import { netplanPath } from '../network-config/renderers/netplan.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import type { System } from '../../core/system/system.ts';
import { makeRunFolder } from '../stage/run-folder.ts';
import { findNetplanGenerator } from './netplan-generator.ts';

/** Files that a tool may get. */
export interface NetworkCandidate {
  readonly tool: NetworkToolName;
  /** The content is null where a file is to go. */
  readonly files: readonly { readonly path: string; readonly content: string | null }[];
}

/** What the tool has against the files; empty if it accepts them. */
type Check = (action: NetworkCandidate, system: System) => Promise<string>;

/** Tools that can be asked before their files are in place. The others say what they think only when they use them. */
const checks: Readonly<Partial<Record<NetworkToolName, Check>>> = {
  ifupdown: checkInterfaces,
  netplan: checkNetplan,
  NetworkManager: checkKeyfiles,
};

const candidates = '/run/gandi/network-candidate';

/**
 * Has the tool that will read the files look at them while the old ones are still in place.
 * @throws AgentError `network.refused-by-check`
 */
export async function requireAcceptedNetwork(action: NetworkCandidate, system: System): Promise<void> {
  const complaint = (await checks[action.tool]?.(action, system)) ?? '';
  if (complaint === '') return;
  throw new AgentError(`${action.tool} does not accept the new configuration; the old one stays`, {
    code: 'network.refused-by-check',
    subject: action.files[0]?.path ?? action.tool,
    remedy: 'report this with `gandi-agent collect`; CONFIG_NETWORK=0 leaves the network to you',
    cause: complaint,
  });
}

/** ifquery(8) reads the file as ifup would. The loopback and whatever else the admin has is not ours to judge. */
async function checkInterfaces({ files }: NetworkCandidate, system: System): Promise<string> {
  const own = files.filter(({ path }) => path.includes('/interfaces.d/'));
  const path = await writeCandidate('interfaces', own.map(({ content }) => content ?? '').join('\n'), system);
  return complaintOf(system, 'ifquery', [`--interfaces=${path}`, '--list', '--all']);
}

/** The generator of netplan, on a tree with the admin's files and the new one. */
async function checkNetplan({ files }: NetworkCandidate, system: System): Promise<string> {
  const generator = await findNetplanGenerator(system);
  if (generator === undefined) return '';
  const folder = `${candidates}/etc/netplan`;
  for (const name of await system.files.list(folder)) await system.files.remove(`${folder}/${name}`);
  for (const name of await system.files.list('/etc/netplan')) {
    const path = `/etc/netplan/${name}`;
    const text = name.endsWith('.yaml') && path !== netplanPath ? await system.files.read(path) : undefined;
    if (text !== undefined) await writeCandidate(`etc/netplan/${name}`, text, system);
  }
  for (const { path, content } of files) if (content !== null) await writeCandidate(path.slice(1), content, system);
  return complaintOf(system, generator, ['--root-dir', await system.files.hostPath(candidates)]);
}

/** NetworkManager's own loader of keyfiles, as `nmcli --offline` has it since 1.38; an older one answers with status 2. */
async function checkKeyfiles({ files }: NetworkCandidate, system: System): Promise<string> {
  const complaints: string[] = [];
  for (const { content } of files) {
    if (content === null) continue;
    const args = ['--offline', 'connection', 'modify', 'connection.autoconnect', 'yes'];
    complaints.push(await complaintOf(system, 'nmcli', args, content));
  }
  return complaints.join('\n').trim();
}

async function complaintOf(system: System, tool: string, args: readonly string[], input?: string): Promise<string> {
  try {
    const { exitCode, stderr, stdout } = await system.processes.run(tool, args, {
      acceptExitCodes: [1, 2],
      ...(input === undefined ? {} : { input }),
    });
    return exitCode === 1 ? stderr.trim() || stdout.trim() || `${tool} ended with status 1` : '';
  } catch (error) {
    if (error instanceof AgentError && error.code === 'process.missing') return '';
    throw error;
  }
}

/** @returns its path on this host */
async function writeCandidate(name: string, content: string, { files }: System): Promise<string> {
  const path = `${candidates}/${name}`;
  await makeRunFolder({ files });
  await files.makeDirectory(path.slice(0, path.lastIndexOf('/')), 0o700);
  await files.replace(path, content, { mode: 0o600 });
  return files.hostPath(path);
}
