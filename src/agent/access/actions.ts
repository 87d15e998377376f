import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as actionKinds } from '../action/actions.ts';
import { authorizeKeysKind } from './authorize-keys.ts';
import { createGroupKind, createUserKind, makeHomeKind, addToGroupKind } from './create-user.ts';
import { replaceCheckedKind } from './replace-checked.ts';
import { setPasswordKind } from './set-password.ts';

/** Who may log in, and the files that decide it. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...actionKinds,
  'set-password': setPasswordKind,
  'create-group': createGroupKind,
  'create-user': createUserKind,
  'make-home': makeHomeKind,
  'add-to-group': addToGroupKind,
  'authorize-keys': authorizeKeysKind,
  'replace-checked': replaceCheckedKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
