import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnHost } from './host-command.ts';

const aptSettings = 'etc/apt/apt.conf.d/00lab';

/**
 * Runs a program inside the tree of a guest that is not running, in name spaces of its own, so that
 * neither a mount nor a process of it stays behind. Network and the proxy settings of apt are this host's.
 */
export async function runInTree(tree: string, tool: string, args: readonly string[]): Promise<string> {
  await lendSettings(tree);
  try {
    return await runOnHost(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child', `--root=${tree}`, '--mount-proc', tool, ...args],
      { environment: { DEBIAN_FRONTEND: 'noninteractive', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
    );
  } finally {
    await takeSettingsBack(tree);
  }
}

async function lendSettings(tree: string): Promise<void> {
  const settings = await runOnHost('apt-config', [
    'dump',
    'Acquire::http::Proxy',
    'Acquire::https::Proxy',
    'Acquire::Check-Valid-Until',
    'Acquire::Check-Date',
  ]);
  await writeFile(join(tree, aptSettings), settings);
  await copyFile('/etc/resolv.conf', join(tree, 'etc/resolv.conf'));
}

async function takeSettingsBack(tree: string): Promise<void> {
  await rm(join(tree, aptSettings), { force: true });
  await rm(join(tree, 'etc/resolv.conf'), { force: true });
}
