import type { HostKeyType } from '../identity/identity.ts';
import type { Secret } from '../../core/secret/secret.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import type { WayOut } from '../network/way-out.ts';

/**
 * Every change that the agent can make to a machine.
 *
 * A planner returns actions, `apply/` has one handler a kind, and nothing else touches the machine. The union is
 * closed on purpose: there is no "run this command", so reading this file is reading all that can ever happen.
 * Paths are the machine's own (`/etc/hosts`), whatever root folder the agent works on.
 */
export type Action =
  | WriteFile
  | MakeDirectory
  | RemoveFile
  | SetHostname
  | SetPassword
  | CreateGroup
  | CreateUser
  | MakeHome
  | AddToGroup
  | AuthorizeKeys
  | MakeHostKey
  | LoadKernelSettings
  | StoreScript
  | InstallModules
  | CommitPayload
  | WipePayload
  | MakeSwap
  | EnableSwap
  | CheckFileSystem
  | FormatBlank
  | MountDisk
  | CallAutomount
  | OwnNewRoot
  | GrowFileSystem
  | GrowPartition
  | UnmountDisk
  | RemoveMountPoint
  | RememberDisk
  | ForgetDisk
  | ReserveDiskName
  | ReleaseDisk
  | RaiseLinks
  | WaitForAddress
  | ReleaseLink
  | StartDhcp
  | SetQueues
  | SetLinkSettings
  | RouteBySource
  | ForgetRouting
  | DemoteDefaultRoute
  | RememberNic
  | ForgetNic
  | ChangeNetwork
  | ApplyNetwork
  | UpdateResolvconf
  | RunHook
  | RunPlugin
  | RunCustomerCode
  | ControlUnit
  | ReplaceChecked
  | WriteLink
  | SetCheckCounters
  | RememberConfigStep;

/** Replaces a file as a whole: temporary file, fsync, rename, fsync of the folder. */
export interface WriteFile {
  readonly kind: 'write-file';
  readonly path: string;
  /** Masked in plans and logs when it is a Secret; bytes where it is no text of ours. */
  readonly content: string | Uint8Array | Secret;
  /** Permission bits of a new file; an existing file keeps its own, and its owner, unless `enforceMode`. */
  readonly mode: number;
  readonly enforceMode?: boolean;
  /** Keeps what is replaced in /var/lib/gandi/replaced, under the date when it was written. */
  readonly keepOld?: boolean;
}

export interface MakeDirectory {
  readonly kind: 'make-directory';
  readonly path: string;
  readonly mode: number;
}

export interface RemoveFile {
  readonly kind: 'remove-file';
  readonly path: string;
  /** As for `write-file`. */
  readonly keepOld?: boolean;
}

/** Sets the running kernel's host name; the file is a `write-file` of its own. Does nothing on a tree that is not running. */
export interface SetHostname {
  readonly kind: 'set-hostname';
  readonly hostname: string;
}

export interface SetPassword {
  readonly kind: 'set-password';
  readonly user: string;
  /** crypt(5) */
  readonly hash: Secret;
}

/** Makes the group of a user's own. Not left to the tool that makes the user: that one, cut off, never makes it. */
export interface CreateGroup {
  readonly kind: 'create-group';
  readonly group: string;
}

/** Makes an account with a home, by the system's own tool. */
export interface CreateUser {
  readonly kind: 'create-user';
  readonly user: string;
  readonly shell: string;
  /** Its first group; null for the one that the distribution gives to users. */
  readonly group: string | null;
}

/** Makes the home of an account that was created and has none, as after a power cut. */
export interface MakeHome {
  readonly kind: 'make-home';
  readonly user: string;
}

export interface AddToGroup {
  readonly kind: 'add-to-group';
  readonly user: string;
  readonly group: string;
}

/** Adds to a user's authorized_keys those keys that are not in it. A home or .ssh that is a symbolic link is refused. */
export interface AuthorizeKeys {
  readonly kind: 'authorize-keys';
  readonly user: string;
  readonly keys: readonly string[];
}

/** Makes one host key of sshd, in the place of none or of an empty one. */
export interface MakeHostKey {
  readonly kind: 'make-host-key';
  readonly type: HostKeyType;
}

/** Has the running kernel take the settings of sysctl.d(5) anew. Does nothing on a tree that is not running. */
export interface LoadKernelSettings {
  readonly kind: 'load-kernel-settings';
}

/** Where a payload lies: enough to find the same bytes again, and to refuse if they are not the same. */
export interface PayloadLocation {
  /** Kernel name of the whole disk, `xvdz`. Only a hint: `diskSequence` and `serial` are the identity. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly serial: string | null;
  /** Bytes from the start of the whole disk. */
  readonly offset: number;
  readonly length: number;
  /** sha256 of these bytes, in hex. */
  readonly digest: string;
}

/** Copies the customer's script, which may be too large to be held, from the payload to a file of root's. */
export interface StoreScript {
  readonly kind: 'store-script';
  readonly payload: PayloadLocation;
  /** sha256, in hex, of the script. */
  readonly digest: string;
  readonly path: string;
}

/** Replaces the modules of the running kernel by those of a payload: the whole tree, at once. */
export interface InstallModules {
  readonly kind: 'install-modules';
  readonly payload: PayloadLocation;
  /** `gandi/6.1.0-1-amd64-modules.tar.gz` */
  readonly member: string;
  /** sha256, in hex, of the packed archive. */
  readonly digest: string;
  readonly release: string;
  /** `/lib/modules` or `/usr/lib/modules`. */
  readonly folder: string;
  /** Where the tree that is replaced is moved, beside it; null where it is removed. */
  readonly keepOldAs: string | null;
}

/**
 * Writes the record that this payload is applied: from here on it is never applied again. `consumed` says that its
 * area is wiped too; while it is false, the next run goes on with the wipe.
 */
export interface CommitPayload {
  readonly kind: 'commit-payload';
  readonly payload: PayloadLocation;
  readonly consumed: boolean;
}

/** Overwrites the payload with zeros. DESTRUCTIVE: the handler checks the whole table of docs/decisions/swap-disk.md first. */
export interface WipePayload {
  readonly kind: 'wipe-payload';
  readonly payload: PayloadLocation;
}

/** Formats a block device as swap. DESTRUCTIVE: the handler checks the whole table of docs/decisions/swap-disk.md first. */
export interface MakeSwap {
  readonly kind: 'make-swap';
  /** Kernel name of what becomes swap: the whole disk or its `gandiswap` partition. */
  readonly device: string;
  readonly disk: string;
  readonly diskSequence: number | null;
  /** What proves that the device may be formatted; the handler looks for the proof again, under the lock. */
  readonly reason: 'payload-was-here' | 'gandiswap-partition' | 'blank';
}

export interface EnableSwap {
  readonly kind: 'enable-swap';
  readonly device: string;
}

/** Has e2fsck(8) repair what is safe to repair without asking. DESTRUCTIVE: the handler checks docs/decisions/file-system-check.md first. */
export interface CheckFileSystem {
  readonly kind: 'check-file-system';
  /** Path of the block device. */
  readonly device: string;
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
}

/** Makes a file system on a disk that is blank. DESTRUCTIVE: the handler checks the whole table of docs/decisions/blank-disk.md first. */
export interface FormatBlank {
  readonly kind: 'format-blank';
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly fileSystem: BlankFormat;
}

export type BlankFormat = 'ext4' | 'xfs' | 'btrfs';

export interface MountDisk {
  readonly kind: 'mount-disk';
  /** Path of the block device; `diskSequence` says which disk is meant, should the name be used again. */
  readonly device: string;
  /** Path of the whole disk: it is what people and programs lock while they work on any part of it. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly majorMinor: string;
  readonly fileSystem: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
}

/** Enters the folder of a disk that autofs mounts on demand, so that it is mounted now. */
export interface CallAutomount {
  readonly kind: 'call-automount';
  readonly mountPoint: string;
}

/** Gives the top folder of a file system that is new and empty to somebody. Refused for one that holds anything. */
export interface OwnNewRoot {
  readonly kind: 'own-new-root';
  readonly mountPoint: string;
  readonly device: string;
  readonly majorMinor: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Makes a mounted file system fill its block device. Never shrinks: every tool of `growth` only grows when no size is named. */
export interface GrowFileSystem {
  readonly kind: 'grow-file-system';
  readonly device: string;
  readonly majorMinor: string;
  readonly mountPoint: string;
  readonly growth: GrowthTool;
}

/**
 * Enlarges the partition of the running system, or the last one of a data disk, to the end of its disk. DESTRUCTIVE: the
 * handler checks the whole table of docs/decisions/root-disk.md or docs/decisions/data-partition.md first.
 */
export interface GrowPartition {
  readonly kind: 'grow-partition';
  /** Where it is mounted, and which table of decisions counts: that of the running system for `/`. */
  readonly mountPoint: string;
  /** Kernel name of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly partition: number;
  /** False where the table is right already, and only the kernel does not know it yet. */
  readonly enlarge: boolean;
  /** A GUID of nothing but zeros is given to every copy of an image: it is drawn anew. */
  readonly renewDiskId: boolean;
  readonly renewEntryIds: readonly number[];
}

export type GrowthTool = 'resize2fs' | 'xfs_growfs' | 'btrfs';

/** `lazy` only when the device is gone: open files would keep the stale mount for ever. */
export interface UnmountDisk {
  readonly kind: 'unmount-disk';
  readonly mountPoint: string;
  readonly lazy: boolean;
}

/** Removes the folder that a disk was mounted on: only an empty one, and only the folder itself. */
export interface RemoveMountPoint {
  readonly kind: 'remove-mount-point';
  readonly mountPoint: string;
}

/** What the agent did with a disk; kept until it is detached, so that a disk which the admin unmounted stays unmounted. */
export interface DiskRecord {
  /** `<kernel name>@<DISKSEQ>`: a kernel name that is used again is another disk. */
  readonly key: string;
  /** Path of the block device, `/dev/sdb`. */
  readonly device: string;
  /** `8:16`, as mountinfo names it. */
  readonly majorMinor: string;
  readonly fileSystem: string | null;
  /** UUID of the file system, as udev gives it. */
  readonly uuid: string | null;
  /** Where the agent mounted it, or was about to; null if it did not. */
  readonly mountPoint: string | null;
  /**
   * Written down before it is mounted and not yet after that: an agent that is killed in between leaves the next one to
   * find out by the table of mounts how far it came.
   */
  readonly isBeingMounted: boolean;
  /** It is mounted, or offered to autofs, and the hook is still to be told. */
  readonly isHookDue: boolean;
  /** Size of the block device in bytes when its file system was last known to fill it; null if it never was. */
  readonly filledBytes: number | null;
  /** Offered to autofs, which mounts it when somebody enters its folder. */
  readonly onDemand: boolean;
  /** Services that the disk itself names in .gandi/services; empty unless CONFIG_DISK_SERVICES=1. */
  readonly services: readonly string[];
  /** One line for people. */
  readonly note: string;
}

export interface RememberDisk {
  readonly kind: 'remember-disk';
  readonly record: DiskRecord;
}

export interface ForgetDisk {
  readonly kind: 'forget-disk';
  readonly key: string;
}

/** Keeps a folder's name for a file system over reboots, so that two disks with one label never change places. */
export interface ReserveDiskName {
  readonly kind: 'reserve-disk-name';
  readonly uuid: string;
  readonly name: string;
}

/** Has the kernel let go of an unmounted disk, so that the platform can pull it. */
export interface ReleaseDisk {
  readonly kind: 'release-disk';
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
}

/** Brings links up, and waits until each of them has carrier or the seconds are over. */
export interface RaiseLinks {
  readonly kind: 'raise-links';
  readonly links: readonly string[];
  readonly carrierSeconds: number;
}

/**
 * Replaces files of the network as one, on trial: what they were before returns if the machine then has no way out. The
 * handler has the tool check them first; docs/decisions/network-change.md has the table.
 */
export interface ChangeNetwork {
  readonly kind: 'change-network';
  readonly tool: NetworkToolName;
  readonly files: readonly NetworkFileChange[];
  /** Links whose configuration changes. */
  readonly links: readonly string[];
  /** By what the new configuration shows that it works. */
  readonly wayOut: WayOut;
  /** Keeps what is replaced in /var/lib/gandi/replaced. */
  readonly keepOld?: boolean;
}

export interface NetworkFileChange {
  readonly path: string;
  readonly mode: number;
  /** Null where the file is to go. */
  readonly content: string | null;
}

/** Has the tool read its files anew and configure these links. */
export interface ApplyNetwork {
  readonly kind: 'apply-network';
  readonly tool: NetworkToolName;
  readonly links: readonly string[];
  /** Nothing configured these links before, so there is nothing to take down first. */
  readonly areNew?: boolean;
}

/** Has resolvconf(8) make its file anew. Does nothing on a tree that is not running. */
export interface UpdateResolvconf {
  readonly kind: 'update-resolvconf';
}

/** Waits until a link has an IPv4 address. */
export interface WaitForAddress {
  readonly kind: 'wait-for-address';
  readonly link: string;
  readonly seconds: number;
  /** Whether it is a failure that none came. */
  readonly isRequired: boolean;
}

/** Has the tool end what it runs for a link that is gone, such as its DHCP client. Before its file goes: that one says what there is to end. */
export interface ReleaseLink {
  readonly kind: 'release-link';
  readonly tool: NetworkToolName;
  readonly link: string;
}

export type DhcpClient = 'dhcpcd' | 'dhclient' | 'udhcpc';

/** Starts a DHCP client for a link that no tool takes care of, in a unit of its own that ends with the link. */
export interface StartDhcp {
  readonly kind: 'start-dhcp';
  readonly link: string;
  readonly client: DhcpClient;
}

/** Gives a NIC that many pairs of queues. */
export interface SetQueues {
  readonly kind: 'set-queues';
  readonly link: string;
  readonly queues: number;
}

/** Settings of one link below /proc/sys/net/ipv4/conf (Linux Documentation/networking/ip-sysctl.rst). */
export interface SetLinkSettings {
  readonly kind: 'set-link-settings';
  readonly link: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Has what is sent from these addresses leave by their own link, by a routing table and rules of the agent's. */
export interface RouteBySource {
  readonly kind: 'route-by-source';
  readonly link: string;
  readonly table: number;
  readonly sources: readonly { readonly address: string; readonly network: string }[];
  readonly gateway: string | null;
}

/** Takes away the rules of a routing table of ours; its routes went with their link. */
export interface ForgetRouting {
  readonly kind: 'forget-routing';
  readonly table: number;
}

/** Puts a default route behind those of other links, where it came in front of them; it stays for when they are gone. */
export interface DemoteDefaultRoute {
  readonly kind: 'demote-default-route';
  readonly link: string;
  readonly gateway: string;
  readonly from: number;
  readonly to: number;
}

/** What the agent did with a NIC; kept until it is detached. */
export interface NicRecord {
  readonly name: string;
  /** The kernel's number of the link. */
  readonly index: number;
  /** Lower case. */
  readonly macAddress: string;
  /** One line for people. */
  readonly note: string;
  /** The admin's hook was told of it. */
  readonly isAnnounced: boolean;
}

export interface RememberNic {
  readonly kind: 'remember-nic';
  readonly record: NicRecord;
}

export interface ForgetNic {
  readonly kind: 'forget-nic';
  readonly record: NicRecord;
}

export type HookName = 'post-disk-attach' | 'pre-disk-detach' | 'post-iface-attach' | 'post-vm-config';

export interface RunHook {
  readonly kind: 'run-hook';
  readonly hook: HookName;
  readonly path: string;
  readonly arguments: readonly string[];
  /** What it is told beside its arguments: GANDI_DEVICE and so on, as docs/data-disks.md lists them. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** An executable of the admin's own in /etc/gandi/plugins.d. */
export interface RunPlugin {
  readonly kind: 'run-plugin';
  readonly path: string;
  readonly timeoutSeconds: number;
}

/** Runs a customer's script or command, at most once for a payload: that it was started is recorded before it starts. */
export interface RunCustomerCode {
  readonly kind: 'run-customer-code';
  readonly part: 'script' | 'run';
  readonly path: string;
  /** As the payload has them; split as a shell would. */
  readonly arguments: Secret | null;
  /** 0 for no limit */
  readonly timeoutSeconds: number;
  /** Which payload it belongs to: a digest. */
  readonly payload: string;
}

/** systemctl(1) on one unit, or service(8) where systemd does not run. On a tree that is not running only `enable` does anything. */
export interface ControlUnit {
  readonly kind: 'control-unit';
  readonly unit: string;
  readonly verb: 'enable' | 'start' | 'stop' | 'try-reload-or-restart';
}

/** Replaces a file that can lock the owner out: only if the tool that reads it accepts the new one, and with a copy of the old. */
export interface ReplaceChecked {
  readonly kind: 'replace-checked';
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  readonly check: 'fstab' | 'sshd';
  /** Where the old file is kept; null where that is not wanted. */
  readonly backup: string | null;
}

/** Makes or moves a symbolic link, in one step. */
export interface WriteLink {
  readonly kind: 'write-link';
  readonly path: string;
  readonly target: string;
}

/** Has e2fsck(8) look at an ext file system at boot after so many mounts or months. */
export interface SetCheckCounters {
  readonly kind: 'set-check-counters';
  readonly device: string;
  readonly mounts: number;
  readonly months: number;
}

/** Records what a step of `config` wanted when it was done: it is not done again until it wants something else. */
export interface RememberConfigStep {
  readonly kind: 'remember-config-step';
  readonly step: string;
  readonly wanted: string;
}

/**
 * Actions that belong together: they run in order, and one that fails ends its step.
 * The other steps go on, except those that need all the earlier ones.
 */
export interface Step {
  /** What a person would call it: `host name`, `swap disk`. */
  readonly name: string;
  readonly actions: readonly Action[];
  readonly needsAllBefore?: boolean;
  /** What it is part of is of use without it: where many devices wait, each has its turn first. */
  readonly canWait?: boolean;
  /** What went wrong before the agent was asked, and cannot be mended: told as an error when the step is carried out. */
  readonly problem?: string;
}
