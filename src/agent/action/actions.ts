import type { ActionOf } from './kind.ts';
import type { Step as StepOf } from './step.ts';
import { controlUnitKind } from './control-unit.ts';
import { runHookKind, runPluginKind } from './run-hook.ts';
import { writeFileKind, makeDirectoryKind, removeFileKind, writeLinkKind } from './write-file.ts';

/** Changes that every part of the agent makes: files, links, units, and programs of the admin. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  'write-file': writeFileKind,
  'make-directory': makeDirectoryKind,
  'remove-file': removeFileKind,
  'run-hook': runHookKind,
  'run-plugin': runPluginKind,
  'control-unit': controlUnitKind,
  'write-link': writeLinkKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
