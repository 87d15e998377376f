import { checked, type Report } from './checked-settings.ts';
import type { LogicalVolumeNode, Nodes, PhysicalVolumeNode, VolumeGroupNode } from './nodes.ts';
import type { Settings } from './read-entries.ts';
import { lvmSettings } from './settings-schemas.ts';

/** The nodes of an entry `lvm`; what is wrong with it is reported. */
export function readLvm(settings: Settings, report: Report): Nodes {
  const lvm = checked(lvmSettings, settings, report);
  if (lvm === undefined) return { nodes: [], tables: [] };
  reportStrangers(lvm, report);
  for (const { name } of [...lvm.vgs, ...lvm.lvs])
    if (!isVolumeName(name)) report('lvm', `${name} is not a name that LVM takes: letters, digits, '+', '_', '.', '-'`);
  const physical = lvm.pvs.map(
    ({ name, base, options }): PhysicalVolumeNode => ({
      kind: 'physical-volume',
      name,
      bases: [lvm.name],
      device: base,
      options,
    }),
  );
  const groups = lvm.vgs.map(
    ({ name, base, options }): VolumeGroupNode => ({ kind: 'volume-group', name, bases: base, options }),
  );
  const logical = lvm.lvs.map(
    ({ name, base, options, size, extents = '', type = 'linear', 'thin-pool': pool }): LogicalVolumeNode => ({
      kind: 'logical-volume',
      name,
      bases: pool === undefined ? [base] : [base, pool],
      group: base,
      size: size === undefined ? { extents } : { bytes: size },
      isThin: pool !== undefined || type.startsWith('thin'),
      options: type === 'linear' ? options : ['--type', type, ...options],
    }),
  );
  const bases = [...new Set(lvm.pvs.map(({ base }) => base))];
  return { tables: [], nodes: [...physical, ...groups, ...logical, { kind: 'lvm', name: lvm.name, bases }] };
}

interface Named {
  readonly name: string;
}

function reportStrangers(
  {
    pvs,
    vgs,
    lvs,
  }: {
    readonly pvs: readonly Named[];
    readonly vgs: readonly (Named & { readonly base: readonly string[] })[];
    readonly lvs: readonly (Named & { readonly base: string })[];
  },
  report: Report,
): void {
  const isIn = (list: readonly Named[], name: string) => list.some((each) => each.name === name);
  for (const { name, base } of vgs)
    for (const volume of base)
      if (!isIn(pvs, volume)) report('lvm', `volume group ${name}: ${volume} is not one of its 'pvs'`);
  for (const { name, base } of lvs)
    if (!isIn(vgs, base)) report('lvm', `logical volume ${name}: ${base} is not one of its 'vgs'`);
}

/** lvm(8), "Valid names". One that begins with a hyphen would be an option of lvcreate. */
function isVolumeName(name: string): boolean {
  return /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$/.test(name) && name !== '.' && name !== '..';
}
