import { expect, test } from 'vitest';
import { AgentError } from '../../../../../src/core/error/agent-error.ts';
import type { System } from '../../../../../src/core/system/system.ts';
import { reasonOf } from '../../../../../src/provision/image/output/disk-full.ts';

const said = new Error('tar failed');
const gibibyte = 1024 ** 3;

async function reasonWith(freeBytes: number | 'gone'): Promise<unknown> {
  const space = async () => {
    if (freeBytes === 'gone') throw new Error('no such folder');
    return { totalBytes: gibibyte, usedBytes: gibibyte - freeBytes };
  };
  return reasonOf(said, ['/out'], { files: { space } } as unknown as System);
}

test('a disk without room is the reason, and what the tool said its cause', async () => {
  const reason = await reasonWith(1000);
  expect(reason).toBeInstanceOf(AgentError);
  expect(reason).toMatchObject({ code: 'output.disk-full', subject: '/out', cause: said });
});

test.each([gibibyte, 'gone'] as const)('with %s of room the reason is what the tool said', async (freeBytes) => {
  expect(await reasonWith(freeBytes)).toBe(said);
});
