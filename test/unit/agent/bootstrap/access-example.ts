import type { AccountAccess } from '../../../../src/agent/access/access.ts';
import { Secret } from '../../../../src/core/secret/secret.ts';

/** Root as an image has it. */
export const root: AccountAccess = {
  name: 'root',
  uid: 0,
  gid: 0,
  home: '/root',
  shell: '/bin/bash',
  hasHome: true,
  passwordHash: new Secret('*'),
  authorizedKeys: undefined,
};

/** A user that was created; tests change what they are about. */
export const user: AccountAccess = { ...root, name: 'admin', uid: 1000, gid: 1000, home: '/home/admin' };
