import type { Action } from './action/action.ts';
import type { System } from '../core/system/system.ts';
import { applyNetwork } from './network/apply-network.ts';
import { waitForAddress } from './network/wait-for-address.ts';
import { authorizeKeys } from './access/authorize-keys.ts';
import { changeNetwork } from './network/change-network.ts';
import { callAutomount } from './disk/call-automount.ts';
import { checkFileSystem } from './disk/check-file-system.ts';
import { commitPayload } from './swap-disk/commit-payload.ts';
import { addToGroup, createGroup, createUser, makeHome } from './access/create-user.ts';
import { controlUnit } from './action/control-unit.ts';
import { enableSwap } from './swap-disk/enable-swap.ts';
import { formatBlank } from './disk/format-blank.ts';
import { growFileSystem } from './disk/grow-file-system.ts';
import { growPartition } from './disk/grow-partition.ts';
import { installModules } from './swap-disk/install-modules.ts';
import { loadKernelSettings } from './bootstrap/load-kernel-settings.ts';
import { makeHostKey } from './identity/make-host-key.ts';
import { makeSwap } from './swap-disk/make-swap.ts';
import { mountDisk } from './disk/mount-disk.ts';
import { ownNewRoot } from './disk/own-new-root.ts';
import { raiseLinks } from './network/raise-links.ts';
import { releaseLink } from './network/release-link.ts';
import { releaseDisk } from './disk/release-disk.ts';
import { forgetDisk, rememberDisk } from './disk/remember-disk.ts';
import { forgetNic, rememberNic } from './network/remember-nic.ts';
import { removeMountPoint } from './disk/remove-mount-point.ts';
import { reserveName } from './disk/reserve-name.ts';
import { rememberConfigStep } from './config/remember-config-step.ts';
import { replaceChecked } from './access/replace-checked.ts';
import { demoteDefaultRoute, forgetRouting, routeBySource } from './network/route-by-source.ts';
import { runCustomerCode } from './postboot/run-customer-code.ts';
import { runHook, runPlugin } from './action/run-hook.ts';
import { setCheckCounters } from './disk/set-check-counters.ts';
import { setHostname } from './identity/set-hostname.ts';
import { setLinkSettings } from './network/set-link-settings.ts';
import { setPassword } from './access/set-password.ts';
import { storeScript } from './swap-disk/store-script.ts';
import { setQueues } from './network/set-queues.ts';
import { startDhcp } from './network/start-dhcp.ts';
import { updateResolvconf } from './network/update-resolvconf.ts';
import { unmountDisk } from './disk/unmount-disk.ts';
import { wipePayload } from './swap-disk/wipe-payload.ts';
import { makeDirectory, removeFile, writeFile, writeLink } from './action/write-file.ts';

type Handlers = {
  readonly [Kind in Action['kind']]: (action: Extract<Action, { kind: Kind }>, system: System) => Promise<void>;
};

/** One handler a kind of action; a kind without one does not compile. */
const handlers: Handlers = {
  'write-file': writeFile,
  'make-directory': makeDirectory,
  'remove-file': removeFile,
  'set-hostname': setHostname,
  'set-password': setPassword,
  'create-group': createGroup,
  'create-user': createUser,
  'make-home': makeHome,
  'add-to-group': addToGroup,
  'authorize-keys': authorizeKeys,
  'make-host-key': makeHostKey,
  'load-kernel-settings': loadKernelSettings,
  'store-script': storeScript,
  'install-modules': installModules,
  'commit-payload': commitPayload,
  'wipe-payload': wipePayload,
  'make-swap': makeSwap,
  'enable-swap': enableSwap,
  'check-file-system': checkFileSystem,
  'format-blank': formatBlank,
  'mount-disk': mountDisk,
  'call-automount': callAutomount,
  'own-new-root': ownNewRoot,
  'grow-file-system': growFileSystem,
  'grow-partition': growPartition,
  'unmount-disk': unmountDisk,
  'remove-mount-point': removeMountPoint,
  'remember-disk': rememberDisk,
  'forget-disk': forgetDisk,
  'reserve-disk-name': reserveName,
  'release-disk': releaseDisk,
  'raise-links': raiseLinks,
  'wait-for-address': waitForAddress,
  'release-link': releaseLink,
  'start-dhcp': startDhcp,
  'set-queues': setQueues,
  'set-link-settings': setLinkSettings,
  'route-by-source': routeBySource,
  'forget-routing': forgetRouting,
  'demote-default-route': demoteDefaultRoute,
  'remember-nic': rememberNic,
  'forget-nic': forgetNic,
  'change-network': changeNetwork,
  'apply-network': applyNetwork,
  'update-resolvconf': updateResolvconf,
  'run-hook': runHook,
  'run-plugin': runPlugin,
  'run-customer-code': runCustomerCode,
  'control-unit': controlUnit,
  'replace-checked': replaceChecked,
  'write-link': writeLink,
  'set-check-counters': setCheckCounters,
  'remember-config-step': rememberConfigStep,
};

/** Carries out one action. @throws AgentError what could not be done */
export function applyAction(action: Action, system: System): Promise<void> {
  // The table pairs each kind with its own handler, which the compiler cannot follow through the look-up.
  const handler = handlers[action.kind] as (action: Action, system: System) => Promise<void>;
  return handler(action, system);
}
