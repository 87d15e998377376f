import { dirname } from 'node:path';
import { readAuthorizedKeys } from '../access/access.ts';
import { observeAccount } from '../facts/accounts.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { observeNics } from '../network/nics.ts';
import { liveHostnamePath } from '../identity/live-hostname.ts';
import { observeOsRelease } from '../../core/text/os-release.ts';
import { observeResolved } from '../network/resolved.ts';
import type { OpenstackConfig } from '../sources/openstack.ts';
import { readWrittenFiles } from '../network/written-files.ts';
import type { System } from '../../core/system/system.ts';
import { chooseFamily } from './distros.ts';
import { interfacesFile, keysFile, type SimpleInitFacts } from './plan.ts';
import { networkManagerNoDns, resolvConfPath, resolvedConfPath, type ResolverFacts } from './resolver.ts';

const otherFiles = [
  interfacesFile,
  keysFile,
  resolvConfPath,
  resolvedConfPath,
  networkManagerNoDns.path,
  '/etc/hosts',
  '/etc/hostname',
  '/etc/conf.d/hostname',
] as const;

/**
 * Looks at everything that the plan of simple-init rests on.
 * @param distro the distribution that says how the network is configured; null for that of os-release
 * @throws AgentError `distro.unknown`, `state.unreadable`
 */
export async function observeSimpleInit(
  system: System,
  drive: OpenstackConfig,
  distro: string | null,
): Promise<SimpleInitFacts> {
  const { files } = system;
  const family = chooseFamily(distro, await observeOsRelease(system));
  const texts = await readAll(system, [...(await pathsIn(system, family.folders)), ...otherFiles]);
  return {
    drive,
    family,
    nics: await observeNics(system),
    texts,
    rootKeys: await observeRootKeys(system, texts),
    folders: await foldersOf(system, [...family.folders, ...otherFiles.map((path) => dirname(path))]),
    links: new Set(await pathsIn(system, ['/etc/init.d', '/etc/runlevels/default'])),
    written: await readWrittenFiles(system),
    resolver: await observeResolver(system, texts),
    liveHostname: (await files.read(liveHostnamePath))?.trim(),
  };
}

/** In the files that sshd reads; in glean's own where there is no account. */
async function observeRootKeys(system: System, texts: ReadonlyMap<string, string>): Promise<string | undefined> {
  const root = await ifRegular(observeAccount(system, 'root'));
  return root === undefined ? texts.get(keysFile) : readAuthorizedKeys(system, root);
}

async function pathsIn({ files }: System, folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    folders.map(async (folder) => (await files.list(folder)).map((name) => `${folder}/${name}`)),
  );
  return lists.flat();
}

async function readAll({ files }: System, paths: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const path of paths) {
    const status = await files.status(path);
    if (status === undefined || status.type === 'directory') continue;
    // A link that leads nowhere is still somebody's decision about that name.
    texts.set(path, (await ifRegular(files.read(path))) ?? '');
  }
  return texts;
}

async function foldersOf({ files }: System, paths: readonly string[]): Promise<Set<string>> {
  const there = new Set<string>();
  for (const path of paths) if ((await files.status(path)) !== undefined) there.add(path);
  return there;
}

async function observeResolver(system: System, texts: ReadonlyMap<string, string>): Promise<ResolverFacts> {
  const target = await system.files.linkTarget(resolvConfPath);
  const led = target === undefined ? undefined : await ifRegular(system.files.read(resolvConfPath));
  return {
    resolved: await observeResolved(system),
    resolvedConf: texts.get(resolvedConfPath),
    link: target === undefined ? 'none' : led === undefined ? 'dangling' : 'elsewhere',
  };
}
