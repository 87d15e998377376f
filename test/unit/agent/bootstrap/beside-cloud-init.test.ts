import { expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

test('beside cloud-init the first boot is left to it, which is said once', async () => {
  const { system, log } = await machineTree({ '/run/cloud-init/enabled': '' });
  expect(await bootstrap(system)).toEqual([]);
  expect(log).toEqual([expect.stringContaining('left to cloud-init')]);
});
