import { setTimeout } from 'node:timers/promises';
import type { WaitForAddress } from '../action/action.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { observeIpv4Addresses } from './ip-state.ts';
import type { System } from '../../core/system/system.ts';

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
