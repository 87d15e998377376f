import type { DhcpClient } from './dhcp-client.ts';
import type { NicRecord } from './nic-records.ts';
import type { IpState } from './ip-state.ts';
import type { Link } from './links.ts';
import type { NetworkFiles } from './network-tool.ts';
import type { NicQueues } from './nic-queues.ts';
import type { NetworkModel } from '../network-config/model.ts';

/** What the platform says about the NICs of this machine. */
export interface NicSource {
  /** Where it says so; null where nothing was ever said. */
  readonly name: 'payload' | 'config-drive' | 'nocloud' | null;
  /** For the NICs that are there. */
  readonly model: NetworkModel;
  /** Names of the links that are described: those without any network are to have none. */
  readonly described: ReadonlySet<string>;
  /** By name of the link: where answers leave to others, also of a link that has no default route. */
  readonly gateways: ReadonlyMap<string, string>;
}

/** Everything that a decision about one NIC rests on. */
export interface NicFacts {
  /** What the event told of. */
  readonly name: string;
  readonly index: number;
  /** All links of the machine, in the order in which the kernel found them. */
  readonly links: readonly Link[];
  /** The NIC; undefined if it is gone, or is none. */
  readonly nic: Nic | undefined;
  readonly records: readonly NicRecord[];
  readonly source: NicSource;
  readonly network: NetworkFiles;
  readonly dhcpClient: DhcpClient | undefined;
  /** dhcpcd runs for all links, and takes care of new ones by itself. */
  readonly hasDhcpDaemon: boolean;
  readonly ip: IpState;
  /** Of the tool. One that is off reads its files when it starts; one that is active has done with them. */
  readonly toolState: 'off' | 'starting' | 'active';
  /** Something other than the agent configures this machine at boot. */
  readonly isBootOfOthers: boolean;
  readonly cpus: number;
  readonly hook: string | undefined;
}

export interface Nic {
  readonly name: string;
  readonly index: number;
  /** Lower case. */
  readonly macAddress: string;
  /** It belongs to a bridge or a bond: what it shall be is theirs to say. */
  readonly hasMaster: boolean;
  readonly isUp: boolean;
  readonly queues: NicQueues | undefined;
  /** Settings of the link below /proc/sys/net/ipv4/conf, as far as the agent sets any. */
  readonly settings: Readonly<Record<string, string>>;
}
