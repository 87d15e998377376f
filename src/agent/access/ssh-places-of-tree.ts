import type { System } from '../../core/system/system.ts';
import { observeServices } from '../facts/services.ts';
import { readSshdLines } from './read-sshd-lines.ts';
import type { SshdAnswer } from './sshd-answer.ts';

const units = '/etc/systemd/system';
/** Debian and its kin have the first name, others the second. */
const names = ['ssh', 'sshd'] as const;

/**
 * Where others will reach the sshd of a system that does not run: `port 22`, or an address with it. Empty where no sshd starts at
 * boot, or where it listens on loopback only.
 */
export async function observeSshPlacesOfTree(system: System, sshd: SshdAnswer): Promise<string[]> {
  if (sshd.kind !== 'settings' || !(await startsSshd(system))) return [];
  const lines = (await readSshdLines(system)) ?? [];
  const given = lines.filter(({ keyword }) => keyword === 'listenaddress').flatMap(({ words }) => words[0] ?? []);
  if (given.length === 0) return sshd.settings.ports.map((port) => `port ${port}`);
  return given.filter((address) => !/^(?:127\.|localhost\b|\[?::1\b)/.test(address));
}

async function startsSshd(system: System): Promise<boolean> {
  const { enabled } = await observeServices(system);
  const sockets = await system.files.list(`${units}/sockets.target.wants`);
  const starting = names.flatMap((name) => [
    ...(enabled.has(name) ? [`${name}.service`] : []),
    ...(sockets.includes(`${name}.socket`) ? [`${name}.socket`] : []),
  ]);
  for (const unit of starting) {
    if ((await system.files.linkTarget(`${units}/${unit}`)) !== '/dev/null') return true;
  }
  return false;
}
