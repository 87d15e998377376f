import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { applyAction } from '../../../src/apply/handlers.ts';
import { config } from '../../../src/config/config.ts';
import { sshdInclude as include, sshdMain as main, sshdShapes } from './sshd-shapes.ts';
import { type MachineTree, machineTree } from '../../unit/system/machine-tree.ts';

beforeEach(({ skip }) => {
  if (!existsSync('/usr/sbin/sshd')) skip('openssh-server is not installed');
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
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const output = execFileSync('/usr/sbin/sshd', ['-T', '-f', file, '-C', 'user=root,host=x,addr=192.0.2.1'], {
    encoding: 'utf8',
  });
  return new Map(output.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
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
  const system = { ...tree.system, root: '/' };
  const content = 'UsePAM yes\nMatch User git\nListenAddress ::\n';
  const action = { kind: 'replace-checked', path: main, content, mode: 0o644, check: 'sshd', backup: null } as const;
  await expect(applyAction(action, system)).rejects.toMatchObject({ code: 'file.refused-by-check', exitCode: 4 });
  expect(await readFile(join(tree.root, main), 'utf8')).toBe('UsePAM yes\nMatch User git\n');
});
