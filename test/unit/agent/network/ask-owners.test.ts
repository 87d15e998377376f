import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rememberWrittenLinks } from '../../../../src/agent/network/ask-owners.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

test('the folder of reports stays open for all users to pass through', async () => {
  const { system, root } = await machineTree({});
  mkdirSync(join(root, 'run/gandi'), { recursive: true });
  chmodSync(join(root, 'run/gandi'), 0o711);
  await rememberWrittenLinks({ tool: 'ifupdown', links: ['eth0'] }, system);
  expect(statSync(join(root, 'run/gandi')).mode & 0o777).toBe(0o711);
  expect(await system.files.read('/run/gandi/network-written.json')).toContain('eth0');
});
