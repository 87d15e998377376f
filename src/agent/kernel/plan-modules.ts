import type { Action, Step } from './actions.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { KernelModulesFacts } from './kernel-modules.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { ModulesMember } from '../../core/payload/payload-archive.ts';
import type { Plan } from '../action/plan.ts';

const name = 'kernel modules';
const nothing: Plan<Action> = { steps: [], notes: [] };

/**
 * The modules of the running kernel, where the payload brings them. The table of docs/bootstrap.md, "Kernel modules".
 * @param facts undefined where no payload brings modules
 */
export function planModules(
  modules: readonly ModulesMember[],
  payload: PayloadLocation,
  facts: KernelModulesFacts | undefined,
  flags: Flags,
): Plan<Action> {
  if (!flags.CONFIG_KERNEL_MODULES || facts?.release === undefined) return nothing;
  const { release, folder, tree } = facts;
  const ours = modules.find((member) => member.release === release);
  const notes = modules
    .filter((member) => member !== ours)
    .map((member) => `${member.name}: is left out, as the kernel that runs is ${release}`);
  if (ours === undefined) return { steps: [], notes };
  const refusal = describeRefusal(`${folder}/${release}`, facts);
  if (refusal !== undefined) return { steps: [], notes: [...notes, `${ours.name}: is left out, as ${refusal}`] };
  // Made again where a run was cut off at its end: that clears away what it left.
  if (tree.state === 'of-payload' && tree.digest === ours.digest && !tree.hasRemains) return { steps: [], notes };
  const step: Step = {
    name,
    actions: [
      {
        kind: 'install-modules',
        payload,
        member: ours.name,
        digest: ours.digest,
        release,
        folder,
        keepOldAs: tree.state === 'of-nobody' ? `${folder}/.${release}.${dateOf(tree.modified)}` : null,
      },
    ],
  };
  return { steps: [step], notes };
}

function describeRefusal(place: string, { tree }: KernelModulesFacts): string | undefined {
  if (tree.state === 'of-package') return `${place} belongs to ${tree.by}`;
  return tree.state === 'no-folder' ? `${place} is not a folder` : undefined;
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(':', '-');
}
