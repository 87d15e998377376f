import { z } from 'zod';
import { hostNameMistake } from '../machine-config/host-name.ts';
import { sshKeyLines, sshKeyMistake } from '../machine-config/ssh-key.ts';

/** A key of the cloud's key store, with the name that its owner gave it there. */
export interface NamedKey {
  readonly name: string;
  /** One line of authorized_keys. */
  readonly line: string;
}

export interface OpenstackMetadata {
  readonly hostname: string | null;
  readonly keys: readonly NamedKey[];
  /** Changes with every machine that the cloud makes: what is there again after a reboot has been applied. */
  readonly uuid: string | null;
}

/**
 * meta_data.json (https://docs.openstack.org/nova/latest/user/metadata.html). The host name is `name`, as glean
 * takes it: `hostname` has the cloud's domain appended. An underscore, which clouds allow there, becomes a hyphen.
 */
export const openstackMetadata = z
  .object({
    name: z.string().nullish(),
    uuid: z.string().nullish(),
    public_keys: z.record(z.string(), z.string()).nullish(),
  })
  .transform(
    ({ name, uuid, public_keys }, ctx): OpenstackMetadata => ({
      hostname: name ? toHostname(name, ctx) : null,
      uuid: uuid ?? null,
      keys: Object.entries(public_keys ?? {}).flatMap(([key, text]) => toKeys(key, text, ctx)),
    }),
  );

function toHostname(name: string, ctx: z.RefinementCtx): string {
  const hostname = name.replaceAll('_', '-');
  const mistake = hostNameMistake(hostname);
  if (mistake !== undefined) ctx.addIssue({ code: 'custom', message: mistake, path: ['name'] });
  return hostname;
}

/** The name becomes a comment line: nothing of it may start a line of its own. */
function toKeys(name: string, text: string, ctx: z.RefinementCtx): NamedKey[] {
  return sshKeyLines(text).map((line) => {
    const mistake = sshKeyMistake(line);
    if (mistake !== undefined) ctx.addIssue({ code: 'custom', message: mistake, path: ['public_keys', name] });
    return { name: name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), line };
  });
}
