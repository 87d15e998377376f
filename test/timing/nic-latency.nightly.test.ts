import { expect } from 'vitest';
import { test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { type Answer, hasAddress, limitOf, median, show, timed, yardstick } from './kernel-event.ts';

const addressLimit = 5;
const rounds = 5;
/** What QEMU's DHCP server gives first, in the networks of the lab's additional NICs one after the other. */
const addresses = ['198.51.100.100', '203.0.113.100', '10.4.0.100', '10.5.0.100'];

// By ifupdown, which Debian 13 has too: once is enough.
test(`from the kernel's event to the address that DHCP gives a NIC it takes less than ${addressLimit} s, the service not running`, {
  retry: 2,
}, async ({ boot }) => {
  const guest = await boot({ debian: 12 });
  await guest.waitForBoot();
  const attached: Answer[] = [];
  const yardsticks: Answer[] = [];
  for (let round = 0; round < rounds; round++) {
    yardsticks.push(await yardstick(guest));
    const address = addresses[round % addresses.length] ?? '';
    const nic = await timed(guest, 'add net', hasAddress(address), () => guest.attachNic());
    attached.push(nic.answer);
    await untilIdle(guest);
    await nic.done.detach();
  }
  console.log(`event to address: ${attached.map(show).join(', ')}`);
  console.log(`yardstick: ${yardsticks.map(show).join(', ')}`);
  expect(median(attached)).toBeLessThan(limitOf(addressLimit, yardsticks));
});
