import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { OsRelease } from '../../core/text/os-release.ts';
import { type NetworkFamily, networkFamilies } from './families.ts';

interface Row {
  readonly family: NetworkFamily;
  /** Names that callers give and `ID` or `ID_LIKE` of os-release(5). */
  readonly names: RegExp;
}

// Red Hat's families dropped ifcfg files with release 10: NetworkManager reads only keyfiles.
const rows: readonly Row[] = [
  { family: networkFamilies.ifupdown, names: /^(debian|ubuntu)$/ },
  { family: networkFamilies.keyfile, names: /^(redhat|rhel|centos|rocky|almalinux|ol)-?1\d$/ },
  { family: networkFamilies.ifcfg, names: /^(redhat|rhel|centos|fedora|rocky|almalinux|ol)$/ },
  { family: networkFamilies.suse, names: /suse|sles/ },
  { family: networkFamilies.netifrc, names: /^gentoo$/ },
  { family: networkFamilies.networkd, names: /^networkd$/ },
];

/**
 * How the distribution configures its network. To add one: a line above.
 * @param asked the name that the caller gave; null to go by os-release
 * @throws AgentError `distro.unknown`
 */
export function chooseFamily(asked: string | null, osRelease: OsRelease): NetworkFamily {
  const names = asked === null ? [osRelease.id, ...osRelease.idLike] : [asked.toLowerCase()];
  const family = names.flatMap((name) => rows.find((row) => row.names.test(name))?.family ?? [])[0];
  if (family === undefined) throw unknown(names[0] ?? '');
  return family === networkFamilies.ifcfg && /el1\d/.test(osRelease.platformId) ? networkFamilies.keyfile : family;
}

function unknown(name: string): AgentError {
  return new AgentError('cannot tell how this distribution configures its network', {
    code: 'distro.unknown',
    subject: name === '' ? 'os-release' : name,
    remedy: 'give --distro with one of debian, ubuntu, redhat, centos, fedora, rocky, opensuse, sles, gentoo, networkd',
    exitCode: ExitCode.badUsage,
  });
}
