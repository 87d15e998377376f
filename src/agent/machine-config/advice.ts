import type { MachineConfig } from './machine-config.ts';

/**
 * What is right in a configuration and will still surprise the one who wrote it: one sentence each.
 * @param isTimezone whether zoneinfo has it; undefined where nobody can say
 */
export function adviceOn(
  { root, users, network, timezone }: MachineConfig,
  isTimezone: (name: string) => boolean | undefined = () => undefined,
): string[] {
  const canLogIn = [root, ...users].some(({ passwordHash, sshKeys }) => passwordHash !== null || sshKeys.length > 0);
  const ipv6 = network.networks.filter(({ isBesideAdvertisements }) => isBesideAdvertisements);
  return [
    ...(canLogIn
      ? []
      : ['it brings neither a password nor an ssh key: nobody can log in, unless the image lets somebody in']),
    ...(ipv6.length === 0
      ? []
      : ['its IPv6 addresses are set with CONFIG_STATIC_IPV6=1 only; without it they come by router advertisements']),
    ...(timezone !== null && isTimezone(timezone) === false
      ? [
          `vm_conf.timezone: this machine has no time zone ${JSON.stringify(timezone)}; \`timedatectl list-timezones\` has all`,
        ]
      : []),
  ];
}
