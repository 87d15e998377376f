import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as actionKinds } from '../action/actions.ts';
import { assembleLayerKind } from './assemble-layer.ts';
import { closeLayerKind } from '../stack/close-layer.ts';
import { dropMemberKind } from '../stack/drop-member.ts';
import { reloadAssignedUnitsKind } from './reload-assigned-units.ts';
import { callAutomountKind } from './call-automount.ts';
import { checkFileSystemKind } from './check-file-system.ts';
import { expelDiskKind } from './expel-disk.ts';
import { formatBlankKind } from './format-blank.ts';
import { growFileSystemKind } from './grow-file-system.ts';
import { growLayerKind } from './grow-layer.ts';
import { growPartitionKind } from './grow-partition.ts';
import { lookElsewhereKind, requireNotElsewhereKind } from './look-elsewhere.ts';
import { mountDiskKind } from './mount-disk.ts';
import { ownNewRootKind } from './own-new-root.ts';
import { protectFolderKind, releaseFolderKind } from './protect-folder.ts';
import { readCapacityKind } from './read-capacity.ts';
import { releaseDiskKind } from './release-disk.ts';
import { rescanBusKind } from './rescan-bus.ts';
import { rememberDiskKind, forgetDiskKind } from './remember-disk.ts';
import { removeMountPointKind } from './remove-mount-point.ts';
import { reportDeviceKind } from './report-device.ts';
import { reserveDiskNameKind } from './reserve-name.ts';
import { setReadOnlyKind } from './set-read-only.ts';
import { setCheckCountersKind } from './set-check-counters.ts';
import { unmountDiskKind } from './unmount-disk.ts';
import { enableSwapKind } from '../swap-disk/enable-swap.ts';

/** All that can happen to a data disk, and to the disk that holds `/`. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...actionKinds,
  'assemble-layer': assembleLayerKind,
  'close-layer': closeLayerKind,
  'drop-member': dropMemberKind,
  'grow-layer': growLayerKind,
  'check-file-system': checkFileSystemKind,
  'format-blank': formatBlankKind,
  'require-not-elsewhere': requireNotElsewhereKind,
  'look-elsewhere': lookElsewhereKind,
  'mount-disk': mountDiskKind,
  'call-automount': callAutomountKind,
  'set-read-only': setReadOnlyKind,
  'reload-assigned-units': reloadAssignedUnitsKind,
  'protect-folder': protectFolderKind,
  'release-folder': releaseFolderKind,
  'own-new-root': ownNewRootKind,
  'grow-file-system': growFileSystemKind,
  'grow-partition': growPartitionKind,
  'unmount-disk': unmountDiskKind,
  'remove-mount-point': removeMountPointKind,
  'remember-disk': rememberDiskKind,
  'forget-disk': forgetDiskKind,
  'reserve-disk-name': reserveDiskNameKind,
  'release-disk': releaseDiskKind,
  'expel-disk': expelDiskKind,
  'read-capacity': readCapacityKind,
  'report-device': reportDeviceKind,
  'rescan-bus': rescanBusKind,
  'set-check-counters': setCheckCountersKind,
  // A swap disk that was taken away in use and came back.
  'enable-swap': enableSwapKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
