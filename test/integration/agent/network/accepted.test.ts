import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NetworkToolName, networkTool } from '../../../../src/agent/network-config/network-tools.ts';
import type { RenderedFile } from '../../../../src/agent/network-config/model.ts';
import { goldenCases, modelOf } from '../../../unit/agent/network/golden-model.ts';
import { debianTools, type UnpackedTools } from './debian-tools.ts';

// What the golden files say is read by the programs that they are for.
let tools: UnpackedTools | undefined;
let folder = '';
const notFetched = 'apt cannot fetch ifupdown, network-manager and netplan.io';

beforeAll(async () => {
  tools = await debianTools();
  folder = await mkdtemp(join(tmpdir(), 'network-accepted-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(goldenCases)('%s', (name) => {
  test('ifupdown reads it and knows what it would run', async ({ skip }) => {
    if (tools === undefined) return skip(notFetched);
    const text = rendered('ifupdown', name).map(({ content }) => content);
    const file = join(folder, `${name}.interfaces`);
    await writeFile(file, text.join('\n'));
    const links = modelOf(name).links.map((link) => link.name);
    const listed = await tools.run('sbin/ifquery', [`--interfaces=${file}`, '--list', '--all']);
    expect(listed).toEqual({ exitCode: 0, said: expect.stringContaining(links.join('\n')) });
    for (const link of links) {
      const tried = await tools.run('sbin/ifup', ['--no-act', '--force', `--interfaces=${file}`, link]);
      expect(tried.exitCode, tried.said).toBe(0);
    }
  });

  test.for(['networkd', 'NetworkManager'])('netplan makes files of it for %s', async (backend, { skip }) => {
    if (tools === undefined) return skip(notFetched);
    const root = join(folder, `${name}-${backend}`);
    await writeTree(root, rendered('netplan', name));
    await writeFile(join(root, 'etc/netplan/01-backend.yaml'), `network:\n  version: 2\n  renderer: ${backend}\n`, {
      mode: 0o600,
    });
    const { exitCode, said } = await tools.run('usr/libexec/netplan/generate', ['--root-dir', root]);
    expect(exitCode, said).toBe(0);
    expect(said).toBe('');
    const made = backend === 'networkd' ? 'run/systemd/network' : 'run/NetworkManager/system-connections';
    expect(existsSync(join(root, made))).toBe(true);
  });

  test("NetworkManager's loader of keyfiles takes each", async ({ skip }) => {
    if (tools === undefined) return skip(notFetched);
    for (const { path, content } of rendered('NetworkManager', name)) {
      const args = ['--offline', 'connection', 'modify', 'connection.autoconnect', 'yes'];
      const { exitCode, said } = await tools.run('usr/bin/nmcli', args, content);
      expect(exitCode, `${path}: ${said}`).toBe(0);
      expect(lost(content, said), path).toEqual([]);
    }
  });
});

test('systemd-networkd knows every key and takes every value', async ({ skip }) => {
  const program = ['/usr/lib/systemd/systemd-networkd', '/lib/systemd/systemd-networkd'].find((path) =>
    existsSync(path),
  );
  if (process.getuid?.() !== 0) return skip('namespaces of networks and mounts are made as root');
  if (program === undefined) return skip('systemd-networkd is not installed');
  const source = join(folder, 'networkd');
  await mkdir(source);
  for (const name of goldenCases) {
    for (const { path, content } of rendered('networkd', name)) {
      // All cases in one folder, so that it starts once; devices of different cases get different names.
      const once = content.replace(/^(Name|Bond|VLAN)=/gm, `$1=${goldenCases.indexOf(name)}`);
      await writeFile(join(source, `${name}-${basename(path)}`), once);
    }
  }
  await writeFile(
    join(source, 'wrong.network'),
    '[Match]\nName=wrong\n[Network]\nAddres=192.0.2.1/24\nGateway=nowhere\n',
  );
  const script = [
    'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/systemd/network',
    'cp "$1"/* /etc/systemd/network',
    'exec timeout --signal=TERM 3 "$2"',
  ].join('\n');
  const { stdout, stderr } = await execa(
    'unshare',
    ['--net', '--mount', '--propagation=private', 'sh', '-c', script, 'sh', source, program],
    { reject: false, env: { SYSTEMD_LOG_LEVEL: 'info', SYSTEMD_LOG_TARGET: 'console' } },
  );
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.includes('/etc/systemd/network/'));
  expect(lines.filter((line) => line.includes('/wrong.network'))).toHaveLength(2);
  expect(lines.filter((line) => !line.includes('/wrong.network'))).toEqual([]);
});

function rendered(tool: NetworkToolName, name: string): RenderedFile[] {
  return networkTool(tool)?.render(modelOf(name)) ?? [];
}

async function writeTree(root: string, files: readonly RenderedFile[]): Promise<void> {
  for (const { path, mode, content } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content, { mode });
  }
}

/** Lines of a keyfile that NetworkManager's own writing of it does not have: what it did not understand. */
function lost(content: string, written: string): string[] {
  const there = new Set(written.split('\n'));
  return content.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !there.has(line));
}
