import { observeHook } from '../action/observe-hook.ts';
import { type HookName, hookTimeoutSeconds, secondsToEnd } from '../action/run-hook.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../../core/system/system.ts';
import type { Action, Step } from './actions.ts';

/** Paths of the admin's hooks; undefined for one that is missing or holds only comments. */
export interface FreezeHooks {
  readonly preFreeze: string | undefined;
  readonly postThaw: string | undefined;
}

export async function observeFreezeHooks(flags: Flags, system: System): Promise<FreezeHooks> {
  const hook = (name: HookName) => observeHook(system, `${flags.GANDI_HOOK_DIR}/${name}`);
  return { preFreeze: await hook('pre-freeze'), postThaw: await hook('post-thaw') };
}

/** It ends before the deadline, at which all is thawed. @param seconds until then */
export function planPreFreeze({ preFreeze }: FreezeHooks, paths: readonly string[], seconds: number): Step[] {
  const timeoutSeconds = Math.max(1, Math.min(hookTimeoutSeconds, seconds - secondsToEnd));
  return preFreeze === undefined ? [] : [hookStep('pre-freeze', preFreeze, paths, timeoutSeconds)];
}

/** Once all is thawed. */
export function planPostThaw({ postThaw }: FreezeHooks, paths: readonly string[]): Step[] {
  return postThaw === undefined ? [] : [hookStep('post-thaw', postThaw, paths, hookTimeoutSeconds)];
}

function hookStep(hook: HookName, path: string, paths: readonly string[], timeoutSeconds: number): Step {
  const action: Action = { kind: 'run-hook', hook, path, arguments: paths, timeoutSeconds };
  return { name: `hook ${hook}`, actions: [action], needsAllBefore: true };
}
