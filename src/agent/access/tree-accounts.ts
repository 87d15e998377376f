import type { AccountChange } from './new-account.ts';
import type { AccountDefaults, AccountFiles } from './account-files.ts';
import type { System } from '../../core/system/system.ts';

/** In the order in which they are written: power that fails leaves an account that does not exist yet. */
const kinds = ['subuid', 'subgid', 'gshadow', 'group', 'shadow', 'passwd'] as const;

const secret = new Set<string>(['shadow', 'gshadow']);

/**
 * Changes the accounts of a tree that is not running, as text. The tools of shadow are no way to do that: `--root` is
 * chroot(2), after which they load the name services and start the nscd of the tree; `--prefix` gives the skeleton of
 * this host and follows links of the tree on this host, and chpasswd(8) has none (seen with shadow 4.13).
 * @param change what to write, of what is there
 */
export async function changeTreeAccounts(
  system: System,
  change: (files: AccountFiles, defaults: AccountDefaults) => AccountChange,
): Promise<void> {
  const { files } = system;
  const texts = await Promise.all(kinds.map(async (kind) => [kind, await files.read(`/etc/${kind}`)] as const));
  const changed = change(Object.fromEntries(texts) as unknown as AccountFiles, await readDefaults(system));
  for (const kind of kinds) {
    const text = changed[kind];
    if (text !== undefined) await files.replace(`/etc/${kind}`, text, { mode: secret.has(kind) ? 0o600 : 0o644 });
  }
}

/** Days since 1970, as shadow(5) counts them. */
export function today({ clock }: System): number {
  return Math.floor(clock.now().getTime() / 86_400_000);
}

async function readDefaults({ files }: System): Promise<AccountDefaults> {
  const [loginDefs, useradd] = await Promise.all(
    ['/etc/login.defs', '/etc/default/useradd'].map((path) => files.read(path)),
  );
  return { loginDefs: loginDefs ?? '', useradd: useradd ?? '' };
}
