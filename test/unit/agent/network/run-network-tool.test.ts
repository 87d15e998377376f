import { expect, test } from 'vitest';
import { runNetworkTool } from '../../../../src/agent/network/run-network-tool.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

/** A service of ours on a machine that systemd runs; systemd itself is played. */
async function inService(bound: boolean, status: number): Promise<{ system: System; commands: string[][] }> {
  const { system: tree } = await machineTree({
    '/run/systemd/system/.keep': '',
    '/proc/self/status': `Name:\tnode\nNoNewPrivs:\t${bound ? 1 : 0}\n`,
  });
  const commands: string[][] = [];
  const shown = `LoadState=loaded\nExecMainCode=1\nExecMainStatus=${status}\n`;
  const run = async (tool: string, args: readonly string[] = []) => {
    commands.push([tool, ...args]);
    return { exitCode: tool === 'systemd-run' && status !== 0 ? 1 : 0, stdout: shown, stderr: '' };
  };
  const follow = async (_tool: string, _args: readonly string[], onLine: (line: string) => void) => {
    onLine('eth1: no answer');
    return 0;
  };
  return { system: { ...tree, root: '/', processes: { ...tree.processes, run, follow } }, commands };
}

test.each([
  ['ifup', ['--force', 'eth1']],
  ['ifdown', ['eth1']],
  ['netplan', ['apply']],
  ['wicked', ['ifreload', 'all']],
])('%s has its doors open: systemd runs it in a unit of its own', async (tool, args) => {
  const { system, commands } = await inService(true, 0);
  await runNetworkTool(system, tool, args);
  const line = commands.find(([name]) => name === 'systemd-run') ?? [];
  expect(line.slice(-args.length - 1)).toEqual([tool, ...args]);
  expect(commands.map(([name]) => name)).not.toContain(tool);
});

test('what it said when it failed is the cause', async () => {
  const { system } = await inService(true, 1);
  await expect(runNetworkTool(system, 'ifup', ['eth1'])).rejects.toMatchObject({
    code: 'process.failed',
    subject: 'ifup eth1',
    cause: 'eth1: no answer',
  });
});

test.each([
  ['nmcli', true],
  ['networkctl', true],
  ['ifup', false],
])('%s is run as it is, where the service is bound: %s', async (tool, bound) => {
  const { system, commands } = await inService(bound, 0);
  await runNetworkTool(system, tool, ['x']);
  expect(commands).toEqual([[tool, 'x']]);
});
