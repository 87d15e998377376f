import { type BlockDevices, mounted } from './block-devices.ts';
import type { FstabNode } from './nodes.ts';

/** The lines of /etc/fstab for what is mounted and has an `fstab`, in the order of mounting; fstab(5). */
export function fstabLines({ nodes }: BlockDevices): string[] {
  return mounted(nodes).flatMap(({ mount, fileSystem }) => {
    const line = nodes.findLast((node): node is FstabNode => node.kind === 'fstab' && node.base === mount.name);
    if (line === undefined) return [];
    const device = `LABEL=${escaped(fileSystem.label)}`;
    if (mount.mountPoint === 'swap') return [`${device} none swap sw 0 0`];
    const { options, dumpFrequency, fsckPass } = line;
    return [[device, escaped(mount.mountPoint), fileSystem.type, options, dumpFrequency, fsckPass].join(' ')];
  });
}

function escaped(field: string): string {
  return field.replace(/[ \t\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
