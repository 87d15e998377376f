import type { EndState, RunAction } from '../queue/run.ts';
import type { HostProgress, HostState, HostStep } from './host.ts';

/** What the agent of a machine reports. */
export type OutcomeState = 'working' | 'done' | 'failed';

/** Something that a machine did, or that happened to it. */
export type HostEvent =
  | { readonly kind: 'pxe-request' }
  /** A boot menu was given to it: to boot from its own disk, or a system of this name from the network. */
  | { readonly kind: 'boot-menu'; readonly boot: 'local' | string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'queued' | 'running'; readonly action: RunAction; readonly attempt: number }
  | { readonly kind: 'ended'; readonly action: RunAction; readonly state: EndState; readonly reason: string | null }
  | { readonly kind: 'outcome'; readonly state: OutcomeState; readonly detail: string | null }
  /** A person wants it to be installed once more. */
  | { readonly kind: 'retry' };

type Step = Omit<HostProgress, 'since'>;

/** Where a machine stands after an event; the same step keeps its time. */
export function advance(before: HostProgress | undefined, event: HostEvent, now: string): HostProgress {
  const next = nextStep(before, event);
  const isSame = before !== undefined && before.state === next.state && before.step === next.step;
  return { ...next, since: isSame ? before.since : now };
}

/**
 * Whether the menu of a machine has it boot from its own disk, whatever its profile says: it was installed, or is being
 * installed, and would be installed over and over.
 */
export function bootsFromDisk({ state, step }: Pick<HostProgress, 'state' | 'step'>): boolean {
  return state === 'booted' || state === 'done' || step === 'installed' || step === 'agent-failed';
}

function nextStep(before: HostProgress | undefined, event: HostEvent): Step {
  switch (event.kind) {
    case 'pxe-request':
      return before !== undefined && before.state !== 'failed' ? before : step('bare', 'pxe-request');
    case 'boot-menu':
      return menuStep(before, event.boot);
    case 'file':
      return before?.step === 'boot-menu' || before?.step === 'loading'
        ? step('preos', 'loading', event.path)
        : (before ?? step('bare', 'loading', event.path));
    case 'queued':
    case 'running':
      return runStep(before, event);
    case 'ended':
      return endStep(before, event);
    case 'outcome':
      return outcomeStep(event);
    case 'retry':
      return step('bare', 'to-be-installed');
  }
}

function menuStep(before: HostProgress | undefined, boot: string): Step {
  if (boot !== 'local') return step('bare', 'boot-menu', boot);
  if (before?.step === 'installed') return step('booted', 'local-boot');
  return before !== undefined && bootsFromDisk(before) ? before : step('bare', 'boot-menu', boot);
}

/** A run of `config` is for a machine that runs already: it changes nothing about how far it is. */
function runStep(
  before: HostProgress | undefined,
  event: { kind: 'queued' | 'running'; action: RunAction; attempt: number },
): Step {
  if (event.action === 'config') return before ?? step('booted', event.kind);
  if (event.kind === 'queued' && event.attempt > 1) return step('installing', 'waits-for-retry', attemptOf(event));
  return step('installing', event.kind, attemptOf(event));
}

function attemptOf({ attempt }: { attempt: number }): string | null {
  return attempt === 1 ? null : `attempt ${attempt}`;
}

const failures: Readonly<Record<Exclude<EndState, 'done'>, HostStep>> = {
  failed: 'command-failed',
  'timed-out': 'command-timed-out',
  interrupted: 'interrupted',
};

function endStep(
  before: HostProgress | undefined,
  { action, state, reason }: { action: RunAction; state: EndState; reason: string | null },
): Step {
  if (action === 'config' && before !== undefined) return before;
  // The agent may be quicker than the end of the command that had it started.
  if (state === 'done') return before?.state === 'done' ? before : step('installing', 'installed');
  return step('failed', failures[state], reason);
}

function outcomeStep({ state, detail }: { state: OutcomeState; detail: string | null }): Step {
  if (state === 'done') return step('done', 'agent-done', detail);
  return state === 'failed' ? step('failed', 'agent-failed', detail) : step('booted', 'agent-working', detail);
}

function step(state: HostState, name: HostStep, detail: string | null = null): Step {
  return { state, step: name, detail };
}
