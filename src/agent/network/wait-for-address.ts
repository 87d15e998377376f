import { setTimeout } from 'node:timers/promises';
import { AgentError } from '../../core/error/agent-error.ts';
import { observeIpv4Addresses } from './ip-state.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Waits until a link has an IPv4 address. */
export interface WaitForAddress {
  readonly kind: 'wait-for-address';
  readonly link: string;
  readonly seconds: number;
  /** Whether it is a failure that none came. */
  readonly isRequired: boolean;
}

export const waitForAddressKind: ActionKind<WaitForAddress> = {
  kind: 'wait-for-address',
  describe: (action) => `wait for an address of ${action.link}`,
  apply: waitForAddress,
};

const pollMilliseconds = 200;

/** @throws AgentError `link.no-address` */
export async function waitForAddress({ link, seconds, isRequired }: WaitForAddress, system: System): Promise<void> {
  const end = system.clock.monotonic() + seconds;
  while ((await observeIpv4Addresses(system, link)).length === 0) {
    if (system.clock.monotonic() >= end) {
      if (isRequired) throw noAddress(link, seconds);
      return;
    }
    await setTimeout(pollMilliseconds);
  }
}

function noAddress(link: string, seconds: number): AgentError {
  return new AgentError(`it is configured and has no address after ${seconds} s`, {
    code: 'link.no-address',
    subject: link,
    remedy: 'see whether its network has a DHCP server; CONFIG_NODHCP names interfaces that are not to ask one',
  });
}
