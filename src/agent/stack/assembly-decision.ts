import type { DecisionTable } from '../../core/decision/decision-table.ts';
import type { ArrayMember, ContainerMember, Keeper, Member, PhysicalVolume, VolumeGroup } from './member.ts';

/** Why what a disk is a part of is not put together or opened. To add one: a row here, a row in the document, a test. */
export const assemblyTable: DecisionTable<Member, 'leave'> = {
  document: 'docs/decisions/layer-assembly.md',
  rows: [
    {
      row: 1,
      code: 'layer-tool-missing',
      outcome: 'leave',
      applies: ({ isToolMissing, kind }) => isToolMissing && `${toolOf[kind]} is not installed`,
    },
    {
      row: 2,
      code: 'layer-twin',
      outcome: 'leave',
      applies: ({ twins }) => twins.length > 0 && `${twins.join(' and ')} carries its UUID too: one is a copy`,
    },
    { row: 3, code: 'lvm-no-group', outcome: 'leave', applies: ofLvm((group) => group === undefined && noGroup) },
    {
      row: 4,
      code: 'lvm-missing',
      outcome: 'leave',
      applies: ofGroup(({ name, volumes }) => {
        const missing = volumes.filter(({ path }) => path === null).length;
        return missing > 0 && `its volume group ${name} lacks ${missing} of ${volumes.length} physical volumes`;
      }),
    },
    {
      row: 5,
      code: 'lvm-foreign',
      outcome: 'leave',
      applies: ofGroup(({ name, volumes }) => {
        const foreign = volumes.find(({ isOurs }) => !isOurs);
        return (
          foreign !== undefined && `its volume group ${name} lies on ${foreign.path} too, which is not a data disk`
        );
      }),
    },
    {
      row: 6,
      code: 'lvm-of-others',
      outcome: 'leave',
      applies: ofGroup(
        ({ name, isOfOthers }) => isOfOthers && `its volume group ${name} is exported, shared, or of another host`,
      ),
    },
    {
      row: 7,
      code: 'lvm-same-name',
      outcome: 'leave',
      applies: ofGroup(({ name, hasNamesake }) => hasNamesake && `another volume group is called ${name} too`),
    },
    {
      row: 8,
      code: 'lvm-empty',
      outcome: 'leave',
      applies: ofGroup(
        ({ name, volumes }) => !volumes.some(({ isUsed }) => isUsed) && `its volume group ${name} has no volumes`,
      ),
    },
    {
      row: 9,
      code: 'luks-version',
      outcome: 'leave',
      applies: ofLuks(({ version }) => version !== '2' && 'it is a LUKS container of version 1, and only 2 is opened'),
    },
    {
      row: 10,
      code: 'luks-no-key',
      outcome: 'leave',
      applies: ofLuks(
        ({ key, tokens }) =>
          !key.isThere &&
          tokens.length === 0 &&
          `it is a LUKS container without a token of the TPM, and there is no key ${key.path}`,
      ),
    },
    {
      row: 11,
      code: 'luks-unsafe-key',
      outcome: 'leave',
      applies: ofLuks(
        ({ key: { path, unsafePart } }) =>
          unsafePart !== undefined &&
          (unsafePart === path
            ? `its key ${path} must be a file of root with mode 0400 or 0600`
            : `others than root can change ${unsafePart}, which leads to its key`),
      ),
    },
    {
      row: 12,
      code: 'luks-name-taken',
      outcome: 'leave',
      applies: ofLuks(({ isNameTaken }) => isNameTaken && 'another device is open by the name that it would get'),
    },
    {
      row: 13,
      code: 'md-unreadable',
      outcome: 'leave',
      applies: ofMd(({ uuid }) => uuid === undefined && 'mdadm cannot read it as a member of an array'),
    },
    {
      row: 14,
      code: 'md-level',
      outcome: 'leave',
      applies: ofMd(({ level }) => level !== 'raid1' && `its array is of level ${level || 'unknown'}, not raid1`),
    },
    {
      row: 15,
      code: 'md-missing',
      outcome: 'leave',
      applies: ofMd(
        ({ present, devices }) =>
          present.length < devices && `its array lacks ${devices - present.length} of ${devices} members`,
      ),
    },
    {
      row: 16,
      code: 'md-foreign',
      outcome: 'leave',
      applies: ofMd(({ present }) => {
        const foreign = present.find(({ isOurs }) => !isOurs);
        return foreign !== undefined && `its array lies on ${foreign.path} too, which is not a data disk`;
      }),
    },
    {
      row: 17,
      code: 'member-read-only',
      outcome: 'leave',
      applies: (member) => {
        const fixed = membersOf(member).find(({ isReadOnly }) => isReadOnly);
        if (fixed !== undefined) return `${fixed.path} is read-only, and its members are written to`;
        return keptMember(member);
      },
    },
  ],
};

const toolOf = { lvm: 'lvm', luks: 'cryptsetup', md: 'mdadm', multipath: 'multipath' } as const;

const noGroup = 'LVM lists it in no volume group';

/** What is written to when it is put together: a LUKS container is only read. */
function membersOf(member: Member): readonly Omit<PhysicalVolume, 'isUsed'>[] {
  if (member.kind === 'lvm') return member.group?.volumes ?? [];
  return member.kind === 'md' ? member.present : [];
}

function keptMember(member: Member): string | false {
  const kept = membersOf(member).find(({ keptBy }) => keptBy !== undefined);
  if (kept?.keptBy === undefined) return false;
  return `${describeKeeper(kept.keptBy, kept.path ?? 'it')}, and its members are written to`;
}

/** Why a device must not change, for the one who reads a refusal. */
export function describeKeeper({ file, isMistaken }: Keeper, device: string): string {
  return isMistaken ? `${file} may mean ${device}, and has a mistake` : `${file} keeps ${device} from any change`;
}

type Applies = (member: Member) => string | false;

function ofLvm(applies: (group: VolumeGroup | undefined) => string | false): Applies {
  return (member) => member.kind === 'lvm' && applies(member.group);
}

function ofGroup(applies: (group: VolumeGroup) => string | false): Applies {
  return ofLvm((group) => group !== undefined && applies(group));
}

function ofLuks(applies: (container: ContainerMember) => string | false): Applies {
  return (member) => member.kind === 'luks' && applies(member);
}

function ofMd(applies: (array: ArrayMember) => string | false): Applies {
  return (member) => member.kind === 'md' && applies(member);
}
