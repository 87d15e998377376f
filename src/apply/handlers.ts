import type { Action } from '../action.ts';
import type { System } from '../system/system.ts';
import { applyNetwork } from './apply-network.ts';
import { waitForAddress } from './wait-for-address.ts';
import { authorizeKeys } from './authorize-keys.ts';
import { changeNetwork } from './change-network.ts';
import { callAutomount } from './call-automount.ts';
import { checkFileSystem } from './check-file-system.ts';
import { commitPayload } from './commit-payload.ts';
import { addToGroup, createGroup, createUser, makeHome } from './create-user.ts';
import { controlUnit } from './control-unit.ts';
import { enableSwap } from './enable-swap.ts';
import { formatBlank } from './format-blank.ts';
import { growFileSystem } from './grow-file-system.ts';
import { growPartition } from './grow-partition.ts';
import { installModules } from './install-modules.ts';
import { loadKernelSettings } from './load-kernel-settings.ts';
import { makeHostKey } from './make-host-key.ts';
import { makeSwap } from './make-swap.ts';
import { mountDisk } from './mount-disk.ts';
import { ownNewRoot } from './own-new-root.ts';
import { raiseLinks } from './raise-links.ts';
import { releaseLink } from './release-link.ts';
import { releaseDisk } from './release-disk.ts';
import { forgetDisk, rememberDisk } from './remember-disk.ts';
import { forgetNic, rememberNic } from './remember-nic.ts';
import { removeMountPoint } from './remove-mount-point.ts';
import { reserveName } from './reserve-name.ts';
import { rememberConfigStep } from './remember-config-step.ts';
import { replaceChecked } from './replace-checked.ts';
import { demoteDefaultRoute, forgetRouting, routeBySource } from './route-by-source.ts';
import { runCustomerCode } from './run-customer-code.ts';
import { runHook, runPlugin } from './run-hook.ts';
import { setCheckCounters } from './set-check-counters.ts';
import { setHostname } from './set-hostname.ts';
import { setLinkSettings } from './set-link-settings.ts';
import { setPassword } from './set-password.ts';
import { storeScript } from './store-script.ts';
import { setQueues } from './set-queues.ts';
import { startDhcp } from './start-dhcp.ts';
import { updateResolvconf } from './update-resolvconf.ts';
import { unmountDisk } from './unmount-disk.ts';
import { wipePayload } from './wipe-payload.ts';
import { makeDirectory, removeFile, writeFile, writeLink } from './write-file.ts';

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
