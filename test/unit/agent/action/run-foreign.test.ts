import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type ForeignProgram, runForeign } from '../../../../src/agent/action/run-foreign.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const program: ForeignProgram = {
  word: 'hook',
  path: '/etc/gandi/hooks/x',
  arguments: ['a b', '$HOME'],
  environment: { GANDI_HOOK: 'x' },
  timeoutSeconds: 180,
  secondsToEnd: 5,
};

interface Ran {
  readonly exitCode: number;
  readonly commands: string[][];
}

/** A service of ours on a machine that systemd runs; systemd itself is played. */
async function inService(bound: boolean, status: number, shown = ''): Promise<Ran> {
  const { system: tree } = await machineTree({
    '/run/systemd/system/.keep': '',
    '/proc/self/status': `Name:\tnode\nNoNewPrivs:\t${bound ? 1 : 0}\n`,
  });
  const commands: string[][] = [];
  const run = async (tool: string, args: readonly string[] = []) => {
    commands.push([tool, ...args]);
    return { exitCode: tool === 'systemd-run' ? status : 0, stdout: shown, stderr: '' };
  };
  const follow = async (tool: string, args: readonly string[]) => {
    commands.push([tool, ...args]);
    return status;
  };
  const system: System = { ...tree, root: '/', processes: { ...tree.processes, run, follow } };
  return { exitCode: await runForeign(system, program, () => undefined), commands };
}

test('a service that closes doors has systemd run it, with its words as they are and no secret in its description', async () => {
  const { exitCode, commands } = await inService(true, 0);
  expect(exitCode).toBe(0);
  const line = commands.find(([tool]) => tool === 'systemd-run') ?? [];
  expect(line.slice(-6)).toEqual(['timeout', '--kill-after=5', '180', '/etc/gandi/hooks/x', 'a b', '$$HOME']);
  expect(line).toContain('--setenv=GANDI_HOOK=x');
  expect(line).toContain('--description=hook that gandi-agent runs');
});

test.each([
  ['a status of its own', 'LoadState=loaded\nExecMainCode=1\nExecMainStatus=3\n', 3],
  ['its time is over', 'LoadState=loaded\nExecMainCode=1\nExecMainStatus=124\n', 124],
  ['a signal', 'LoadState=loaded\nExecMainCode=2\nExecMainStatus=9\n', 137],
])('it fails with %s, and no failed unit is left', async (_, shown, expected) => {
  const { exitCode, commands } = await inService(true, 1, shown);
  expect(exitCode).toBe(expected);
  expect(commands.at(-1)?.slice(0, 2)).toEqual(['systemctl', 'reset-failed']);
});

test('what systemd could not start is an error', async () => {
  await expect(inService(true, 1, 'LoadState=not-found\n')).rejects.toMatchObject({ code: 'process.failed' });
});

test('where no door is closed it is a child of ours', async () => {
  const { exitCode, commands } = await inService(false, 7);
  expect(exitCode).toBe(7);
  expect(commands).toEqual([['timeout', '--kill-after=5', '180', '/etc/gandi/hooks/x', 'a b', '$HOME']]);
});

test('the units that close doors are known by NoNewPrivileges=', async () => {
  for (const unit of ['bootstrap', 'config', 'hotplug', 'network', 'postboot']) {
    expect(await readFile(`systemd/gandi-${unit}.service`, 'utf8')).toMatch(/^NoNewPrivileges=yes$/m);
  }
});
