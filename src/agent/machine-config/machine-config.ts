import type { Secret } from '../../core/secret/secret.ts';

/** One IP address of an interface, with the network it belongs to. */
export interface AddressConfig {
  readonly family: 'ipv4' | 'ipv6';
  /** Without prefix: `192.0.2.10`. */
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string | null;
  /** `public` networks may carry the default route; `private` ones are VLANs of the customer. */
  readonly scope: 'public' | 'private';
}

export interface InterfaceConfig {
  /** N-th network interface of the machine, from 0; called `ethN` where the kernel names it so. */
  readonly number: number;
  readonly addresses: readonly AddressConfig[];
}

export interface UserConfig {
  readonly name: string;
}

/**
 * The one neutral configuration that every source produces and every planner reads.
 * A key that the source does not give is `null` or empty: the planner then leaves that part of the machine alone.
 */
export interface MachineConfig {
  readonly hostname: string | null;
  readonly nameservers: readonly string[];
  readonly interfaces: readonly InterfaceConfig[];
  readonly user: UserConfig | null;
  /** A crypt(5) hash for root and for `user`. */
  readonly passwordHash: Secret | null;
  /** Lines of authorized_keys for root and for `user`. */
  readonly sshKeys: readonly string[];
  /** A customer's shell command, run once by postboot. */
  readonly run: string | null;
  /** Arguments of the customer's script, as one string that is split as a shell would. */
  readonly scriptArguments: string | null;
  /** A name of the tz database, `Europe/Paris`. */
  readonly timezone?: string | null;
  /** `en_US.UTF-8` */
  readonly locale?: string | null;
  /** Names or addresses. */
  readonly timeServers?: readonly string[];
}
