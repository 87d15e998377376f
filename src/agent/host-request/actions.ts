import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { restartStageKind } from '../stage/restart-stage.ts';
import { makeDirectoryKind, writeFileKind } from '../action/write-file.ts';
import { runHookKind } from '../action/run-hook.ts';
import { armThawKind, disarmThawKind } from './arm-thaw.ts';
import { forgetFreezeKind, rememberFreezeKind } from './remember-freeze.ts';
import { freezeMountKind, thawMountKind } from './freeze-mount.ts';
import { trimMountKind } from './trim-mount.ts';

/** What is done for the platform beside what the agent does anyway. To add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  'arm-thaw': armThawKind,
  'disarm-thaw': disarmThawKind,
  'forget-freeze': forgetFreezeKind,
  'freeze-mount': freezeMountKind,
  'make-directory': makeDirectoryKind,
  'remember-freeze': rememberFreezeKind,
  'restart-stage': restartStageKind,
  'run-hook': runHookKind,
  'thaw-mount': thawMountKind,
  'trim-mount': trimMountKind,
  'write-file': writeFileKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
