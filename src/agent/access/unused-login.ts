import { AgentError } from '../../core/error/agent-error.ts';
import { keyMaterial } from '../machine-config/authorized-keys.ts';
import type { LoginFacts } from './login-facts.ts';
import { type Obstacle, obstaclesOf } from './ways-in.ts';

/**
 * Why keys that were given to an account let nobody in; undefined where they do. Where there is no sshd nobody was asked: the
 * usual file is where each server that comes later looks.
 */
export function whyKeysAreUnused(keys: readonly string[], facts: LoginFacts): AgentError | undefined {
  if (facts.sshd.kind === 'no-sshd') return undefined;
  const obstacles = obstaclesOf('ssh-key', facts);
  const read = new Set(facts.keysFiles.flatMap((file) => file.keys));
  const isRead = keys.filter(isKey).every((key) => read.has(keyMaterial(key)));
  // Of several keys one may be in a file that sshd reads, and another not.
  const missing = isRead ? [] : obstaclesOf('ssh-key', { ...facts, keysFiles: [] });
  const [first] = [...obstacles, ...missing];
  return first === undefined ? undefined : unused('its ssh key lets nobody in', first, facts);
}

/** Why a password that an account was given lets nobody in, not even at a console; undefined where it does. */
export function whyPasswordIsUnused(facts: LoginFacts): AgentError | undefined {
  const [first] = obstaclesOf('console', { ...facts, password: 'set' });
  return first === undefined ? undefined : unused('its password lets nobody in', first, facts);
}

/** Lines of a drive may hold comments between the keys. */
function isKey(line: string): boolean {
  return !line.trimStart().startsWith('#') && !/\bcommand=/i.test(line);
}

function unused(what: string, { code, because, remedy }: Obstacle, { account, sshd }: LoginFacts): AgentError {
  return new AgentError(`${what}: ${because}`, {
    code,
    subject: account.name,
    remedy: `${remedy}; \`gandi-agent doctor\` says who gets in`,
    ...(sshd.kind === 'refused' ? { cause: sshd.because } : {}),
  });
}
