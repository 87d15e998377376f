import { followedStatus } from '../../../core/system/own-tree.ts';
import { ownHooks } from '../built-in/own-hooks.ts';
import { type Candidate, orderHooks } from '../phases/hook-order.ts';
import { type Phase, type PhaseFolder, phases } from '../phases/phase.ts';
import type { BuildPlan } from './build-plan.ts';

/** The hooks of one phase as far as they are known before a build; hooks of extra-data.d may add to the later ones. */
export interface ForeseenPhase {
  readonly phase: PhaseFolder;
  readonly place: Phase['place'];
  readonly hooks: readonly { readonly name: string; readonly element: string }[];
}

/** Looks which hooks of a plan can run, phase by phase in their order. */
export async function foreseenHooks(plan: BuildPlan): Promise<ForeseenPhase[]> {
  const own = ownHooks(plan.elements);
  return Promise.all(
    Object.values(phases).map(async ({ folder, place }) => {
      const files = plan.merged.files.filter(
        ({ path }) => path.startsWith(`${folder}/`) && path.split('/').length === 2,
      );
      const scripts = await Promise.all(files.map(({ path, from }) => candidate(path.slice(folder.length + 1), from)));
      const ofPhase = own.filter(({ phase }) => phase === folder).map(({ name }) => name);
      const { runs } = orderHooks([...scripts, ...ofPhase.map((name) => ({ name, isFile: true, isExecutable: true }))]);
      const elementOf = (name: string) => files.find(({ path }) => path === `${folder}/${name}`)?.element;
      return {
        phase: folder,
        place,
        hooks: runs.map((name) => ({ name, element: elementOf(name) ?? 'gandi-provision' })),
      };
    }),
  );
}

async function candidate(name: string, from: string): Promise<Candidate> {
  const status = await followedStatus(from);
  return { name, isFile: status?.type === 'file', isExecutable: ((status?.mode ?? 0) & 0o111) !== 0 };
}
