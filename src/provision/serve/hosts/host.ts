/** How far a machine is on its way from bare metal to a running host. */
export const hostStates = ['bare', 'preos', 'installing', 'booted', 'done', 'failed'] as const;
export type HostState = (typeof hostStates)[number];

/** Where in its state it stands; each step has happened. */
export type HostStep =
  | 'pxe-request'
  | 'boot-menu'
  | 'loading'
  | 'queued'
  | 'running'
  | 'waits-for-retry'
  | 'installed'
  | 'local-boot'
  | 'command-failed'
  | 'command-timed-out'
  | 'interrupted'
  | 'agent-working'
  | 'agent-done'
  | 'agent-failed'
  | 'to-be-installed';

export interface HostProgress {
  readonly state: HostState;
  readonly step: HostStep;
  /** When this step was reached, ISO 8601. */
  readonly since: string;
  /** For people: what the step is about, or why it failed. */
  readonly detail: string | null;
}

/** What a machine is known by; an address may be another machine's tomorrow. */
export interface HostIdentity {
  /** `52:54:00:12:34:56` */
  readonly mac?: string | undefined;
  readonly uuid?: string | undefined;
  readonly address?: string | undefined;
}

export interface Host extends HostProgress {
  readonly id: number;
  readonly mac: string | null;
  readonly uuid: string | null;
  readonly address: string | null;
  readonly name: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
}
