import { expect, test } from 'vitest';
import { observeAutomount } from '../../../../src/agent/disk/automount.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const daemon = { '/usr/sbin/automount': '' };
const ours = '/etc/auto.master.d/gandi.autofs';
const shipped = '#/srv /etc/auto.gandi --timeout=2592000 sync\n';
const on = shipped.slice(1);

test.each([
  ['without autofs nothing of it counts', { [ours]: on }, { isInstalled: false, isOurs: false, otherMap: undefined }],
  ['as shipped it is off', { ...daemon, [ours]: shipped }, { isInstalled: true, isOurs: false, otherMap: undefined }],
  ['one edit switches it on', { ...daemon, [ours]: on }, { isInstalled: true, isOurs: true, otherMap: undefined }],
  [
    "an admin's map in auto.master is found",
    { ...daemon, [ours]: on, '/etc/auto.master': '# x\n+dir:/etc/auto.master.d\n/srv/ auto.nfs\n' },
    { isInstalled: true, isOurs: true, otherMap: '/etc/auto.master' },
  ],
  [
    "an admin's map in a file of its own is found",
    { ...daemon, '/etc/auto.master.d/nfs.autofs': '/srv program:/etc/auto.nfs\n' },
    { isInstalled: true, isOurs: false, otherMap: '/etc/auto.master.d/nfs.autofs' },
  ],
  [
    'a map of another folder is not about us',
    { ...daemon, '/etc/auto.master': '/home auto.home\n/srv2 auto.x\n' },
    { isInstalled: true, isOurs: false, otherMap: undefined },
  ],
])('%s', async (_, files, expected) => {
  const { system } = await machineTree(files);
  expect(await observeAutomount(system, '/srv')).toEqual(expected);
});
