import { expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import { describeAction } from '../../../../src/agent/action/kind.ts';
import { kinds } from '../../../../src/agent/actions.ts';
import { record as disk } from '../disk/disk-example.ts';
import { record as nic } from '../network/nic-example.ts';

test.each<[string, Action]>([
  ['remember /dev/sdb: mounted at /srv/data', { kind: 'remember-disk', record: disk }],
  [
    'remember /dev/sdb: mounted at /srv/data, hook due',
    { kind: 'remember-disk', record: { ...disk, isHookDue: true } },
  ],
  ['remember eth1: DHCP, as nothing describes it, announced', { kind: 'remember-nic', record: nic }],
  ['remember eth1: DHCP, as nothing describes it', { kind: 'remember-nic', record: { ...nic, isAnnounced: false } }],
])('a record that is written again says why: %s', (words, action) => {
  expect(describeAction(action, kinds)).toBe(words);
});
