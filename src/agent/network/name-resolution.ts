import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import { observeUnitUse } from '../facts/unit-use.ts';
import { resolvedDropIn } from './resolver.ts';

/** By what programs of this machine turn names into addresses. */
export interface NameResolution {
  /** Words of `hosts` in nsswitch.conf(5); null where the C library has it its own way, which is by name servers. */
  readonly sources: readonly string[] | null;
  /** What /etc/resolv.conf says, wherever it leads; undefined where that is nowhere, as before its writer has started. */
  readonly resolvConf: string | undefined;
  /** Whether systemd-resolved runs or will: null where nobody asked. */
  readonly isResolvedUsed: boolean | null;
  /** A drop-in that is read behind ours and drops all name servers before it; undefined if there is none. */
  readonly resetBy: string | undefined;
}

/** @param reader whose file was written: only then systemd is asked about systemd-resolved */
export async function observeNameResolution(system: System, reader: string): Promise<NameResolution> {
  const { files } = system;
  const nsswitch = await ifRegular(files.read('/etc/nsswitch.conf'));
  const hosts = nsswitch === undefined ? undefined : /^[ \t]*hosts:(.*)$/m.exec(nsswitch)?.[1];
  const isAsked = reader === 'systemd-resolved';
  return {
    sources: hosts?.split(/\s+/).filter((word) => /^\w/.test(word)) ?? null,
    resolvConf: await ifRegular(files.read('/etc/resolv.conf')),
    isResolvedUsed: isAsked ? await isResolvedUsed(system) : null,
    resetBy: isAsked ? await findReset(system) : undefined,
  };
}

async function isResolvedUsed(system: System): Promise<boolean> {
  return (await isRunBySystemd(system)) && (await observeUnitUse(system, 'systemd-resolved.service')) === 'on';
}

/** resolved.conf(5): drop-ins of all folders are read in the order of their names, and an empty DNS= drops those before. */
async function findReset({ files }: System): Promise<string | undefined> {
  const own = resolvedDropIn.slice(resolvedDropIn.lastIndexOf('/') + 1);
  for (const folder of ['/etc', '/run', '/usr/local/lib', '/usr/lib'].map(
    (each) => `${each}/systemd/resolved.conf.d`,
  )) {
    for (const name of (await files.list(folder)).filter((each) => each.endsWith('.conf') && each > own)) {
      const text = await ifRegular(files.read(`${folder}/${name}`));
      if (/^[ \t]*DNS[ \t]*=[ \t]*$/m.test(text ?? '')) return `${folder}/${name}`;
    }
  }
  return undefined;
}
