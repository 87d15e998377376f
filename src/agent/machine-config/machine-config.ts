import type { AssignmentTexts } from '../assignment/render-assignment.ts';
import type { Secret } from '../../core/secret/secret.ts';
import { type NetworkDescription, nothingDescribed } from '../network-config/description.ts';

/** How somebody gets in. */
export interface Login {
  /** A crypt(5) hash; null where the source gives none. */
  readonly passwordHash: Secret | null;
  /** Lines of authorized_keys. */
  readonly sshKeys: readonly string[];
}

/** A person's account. */
export interface UserConfig extends Login {
  readonly name: string;
  /** It joins the distribution's group of administrators. */
  readonly isAdministrator: boolean;
}

/** The customer's own commands, run once after boot. */
export interface PostBootConfig {
  /** A shell command. */
  readonly run: string | null;
  /** Arguments of the customer's script, as one string that is split as a shell would. */
  readonly scriptArguments: string | null;
}

/** Where a disk is mounted, and how. */
export interface AssignedDisk {
  /** For people: lower-case letters, digits and `-`. */
  readonly name: string;
  /** By the keys of docs/data-disks.md. */
  readonly texts: AssignmentTexts;
}

/** Where the machine tells how its first boot went. */
export interface OutcomePlace {
  /** http or https. */
  readonly url: string;
  readonly key: Secret;
}

/**
 * The one neutral configuration that every source produces and every planner reads.
 * A key that the source does not give is `null` or empty: the planner then leaves that part of the machine alone.
 */
export interface MachineConfig {
  readonly hostname: string | null;
  readonly network: NetworkDescription;
  readonly root: Login;
  readonly users: readonly UserConfig[];
  /** Null where its description has a mistake: then nothing of it is run. */
  readonly postBoot: PostBootConfig | null;
  /** A name of the tz database, `Europe/Paris`. */
  readonly timezone: string | null;
  /** `en_US.UTF-8` */
  readonly locale: string | null;
  /** Names or addresses. */
  readonly timeServers: readonly string[];
  /** Null where the source says nothing of disks; empty where it says that none has a path of its own. */
  readonly disks: readonly AssignedDisk[] | null;
  /** Null where nobody asked. */
  readonly outcome: OutcomePlace | null;
}

export const noLogin: Login = { passwordHash: null, sshKeys: [] };

/** What a source says that says nothing. */
export const emptyMachineConfig: MachineConfig = {
  hostname: null,
  network: nothingDescribed,
  root: noLogin,
  users: [],
  postBoot: { run: null, scriptArguments: null },
  timezone: null,
  locale: null,
  timeServers: [],
  disks: null,
  outcome: null,
};
