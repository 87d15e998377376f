import type { LoginFacts } from '../../../../src/agent/access/login-facts.ts';
import { settingsOf, type SshdSettings } from '../../../../src/agent/access/sshd-settings.ts';

export const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA';

/** Settings as Debian has them. Tests change what they are about. */
export const debianSshd: SshdSettings = settingsOf(new Map([['usepam', ['yes']]]));

/** Somebody who gets in in every way. */
export const alice: LoginFacts = {
  account: { name: 'alice', uid: 1000, gid: 1000, home: '/home/alice', shell: '/bin/bash' },
  groups: ['alice', 'sudo'],
  shell: 'usable',
  isExpired: false,
  password: 'set',
  sshd: { kind: 'settings', settings: debianSshd },
  keysFiles: [{ path: '/home/alice/.ssh/authorized_keys', keys: [key], isAccepted: true }],
};

export const root: LoginFacts = {
  ...alice,
  account: { ...alice.account, name: 'root', uid: 0, gid: 0, home: '/root' },
};

export function withSshd(facts: LoginFacts, changes: Partial<SshdSettings>): LoginFacts {
  return { ...facts, sshd: { kind: 'settings', settings: { ...debianSshd, ...changes } } };
}
