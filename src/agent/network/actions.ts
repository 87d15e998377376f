import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as actionKinds } from '../action/actions.ts';
import { applyNetworkKind } from './apply-network.ts';
import { changeNetworkKind } from './change-network.ts';
import { raiseLinksKind } from './raise-links.ts';
import { releaseLinkKind } from './release-link.ts';
import { rememberNicKind, forgetNicKind } from './remember-nic.ts';
import { routeBySourceKind, forgetRoutingKind, demoteDefaultRouteKind } from './route-by-source.ts';
import { setLinkSettingsKind } from './set-link-settings.ts';
import { setQueuesKind } from './set-queues.ts';
import { startDhcpKind } from './start-dhcp.ts';
import { useNameServersKind } from './use-name-servers.ts';
import { waitForAddressKind } from './wait-for-address.ts';

/** All that can happen to the network of a machine. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...actionKinds,
  'raise-links': raiseLinksKind,
  'change-network': changeNetworkKind,
  'apply-network': applyNetworkKind,
  'use-name-servers': useNameServersKind,
  'wait-for-address': waitForAddressKind,
  'release-link': releaseLinkKind,
  'start-dhcp': startDhcpKind,
  'set-queues': setQueuesKind,
  'set-link-settings': setLinkSettingsKind,
  'route-by-source': routeBySourceKind,
  'forget-routing': forgetRoutingKind,
  'demote-default-route': demoteDefaultRouteKind,
  'remember-nic': rememberNicKind,
  'forget-nic': forgetNicKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
