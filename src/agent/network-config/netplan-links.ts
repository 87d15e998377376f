import { z } from 'zod';
import { parseYaml } from '../../core/text/yaml-text.ts';
import type { FileLink } from './file-links.ts';

const definition = z.looseObject({
  match: z.looseObject({ name: z.string().optional(), macaddress: z.string().optional() }).optional(),
});
const definitions = z.record(z.string(), definition.nullish()).nullish();
const file = z.looseObject({
  network: z
    .looseObject({
      ethernets: definitions,
      bonds: definitions,
      vlans: definitions,
      bridges: definitions,
      wifis: definitions,
    })
    .nullish(),
});

/**
 * The links that a file of netplan(5) defines: by its `match`, else by the name of the definition. A file that is not
 * understood defines none: netplan refuses it too.
 */
export function linksOfNetplan(text: string): FileLink[] {
  const { ethernets, bonds, vlans, bridges, wifis } = file.safeParse(parsed(text)).data?.network ?? {};
  return [ethernets, bonds, vlans, bridges, wifis].flatMap((group) =>
    Object.entries(group ?? {}).map(([id, value]) => {
      const { name, macaddress } = value?.match ?? { name: id };
      return { name: name ?? null, macAddress: macaddress?.toLowerCase() ?? null };
    }),
  );
}

function parsed(text: string): unknown {
  try {
    const { document, mistakes } = parseYaml(text);
    return mistakes.length > 0 ? undefined : document.toJS();
  } catch {
    return undefined;
  }
}
