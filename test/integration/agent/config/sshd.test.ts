import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { applyAction } from '../../../../src/agent/action/kind.ts';
import { kinds } from '../../../../src/agent/actions.ts';
import { config } from '../../../../src/agent/config/config.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { sshdInclude as include, sshdMain as main, sshdShapes } from './sshd-shapes.ts';
import { type MachineTree, machineTree } from '../../../unit/core/system/machine-tree.ts';
import { type SshdCommand, type UnpackedSshd, unpackedSshd } from './unpacked-sshd.ts';

let sshd: UnpackedSshd | undefined;
beforeAll(async () => {
  if (process.getuid?.() === 0) sshd = await unpackedSshd();
});
beforeEach(({ skip }) => {
  if (process.getuid?.() !== 0) skip('sshd is given a user of its own, in a mount namespace, by root');
  if (sshd === undefined) skip('apt cannot fetch openssh-server here');
});

async function configured(files: Readonly<Record<string, string>>): Promise<MachineTree> {
  const others = ['CONSOLE', 'FSTAB', 'CRON', 'MOTD'].map((name) => `CONFIG_${name}=0\n`).join('');
  const tree = await machineTree({ ...files, '/etc/default/gandi': others });
  const outcomes = await config(tree.system);
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  return tree;
}

/** sshd(8), -T: the values that are in effect. It reads the drop-ins of the tree, not of this host. */
async function effective(root: string): Promise<Map<string, string>> {
  const text = await readFile(join(root, main), 'utf8');
  const file = join(root, 'effective');
  await writeFile(file, text.replaceAll('/etc/ssh/sshd_config.d', join(root, 'etc/ssh/sshd_config.d')));
  const { tool, args } = commandFor(['-T', '-f', file, '-C', 'user=root,host=x,addr=192.0.2.1']);
  const output = execFileSync(tool, args, { encoding: 'utf8' });
  return new Map(output.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
}

function commandFor(args: readonly string[]): SshdCommand {
  return sshd?.commandFor(args) ?? { tool: '/usr/sbin/sshd', args };
}

/** This machine, on which that sshd is what the agent starts as /usr/sbin/sshd. */
function withSshd({ processes, ...system }: System): System {
  const run: System['processes']['run'] = (tool, args, options) => {
    const command = tool === '/usr/sbin/sshd' ? commandFor(args) : { tool, args };
    return processes.run(command.tool, command.args, options);
  };
  return { ...system, processes: { ...processes, run } };
}

test.each(sshdShapes)('%s: sshd starts, and root is let in as its owner wants', async (_, files, rootLogin) => {
  const { root } = await configured(files);
  const values = await effective(root);
  expect(values.get('permitrootlogin')).toBe(rootLogin);
  expect(values.get('permitemptypasswords')).toBe('no');
  for (const [path, text] of Object.entries(files)) {
    const now = await readFile(join(root, path), 'utf8');
    expect(now.replace(/# gandi-agent: begin\n[\s\S]*?# gandi-agent: end(\n|$)/, '').trim()).toBe(text.trim());
  }
  if (files[main]?.includes('ListenAddress')) expect(values.get('listenaddress')).toBe('127.0.0.1:22');
});

test('L1: in a file without drop-ins our lines stand before the first Match block, which would swallow them', async () => {
  const text = 'UsePAM yes\n  match User git\n  PermitTTY no\nMatch all\n';
  const { root } = await configured({ [main]: text });
  const lines = (await readFile(join(root, main), 'utf8')).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    'UsePAM yes',
    '# gandi-agent: begin',
    'PermitRootLogin prohibit-password',
    'PermitEmptyPasswords no',
    '# gandi-agent: end',
    '  match User git',
  ]);
});

test('S7: what the admin sets later takes effect at the next run', async () => {
  const { system, root } = await configured({ [main]: include });
  await writeFile(join(root, main), `${include}PermitRootLogin no\n`);
  await config(system);
  expect((await effective(root)).get('permitrootlogin')).toBe('no');
});

test('L1: what sshd would not accept is not written, and the old file stays', async () => {
  const tree = await machineTree({ [main]: 'UsePAM yes\nMatch User git\n' });
  const system = withSshd({ ...tree.system, root: '/' });
  const content = 'UsePAM yes\nMatch User git\nListenAddress ::\n';
  const action = { kind: 'replace-checked', path: main, content, mode: 0o644, check: 'sshd', backup: null } as const;
  await expect(applyAction(action, kinds, system)).rejects.toMatchObject({
    code: 'file.refused-by-check',
    exitCode: 4,
    cause: expect.stringContaining('ListenAddress'),
  });
  expect(await readFile(join(tree.root, main), 'utf8')).toBe('UsePAM yes\nMatch User git\n');
});
