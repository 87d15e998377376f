import type { HostStep } from './host.ts';

/** The step as a person reads it. */
export const stepWords: Readonly<Record<HostStep, string>> = {
  'pxe-request': 'asked for a network boot',
  'boot-menu': 'got its boot menu',
  loading: 'loads a file',
  queued: 'waits for its turn',
  running: 'the command runs',
  'waits-for-retry': 'waits for the next attempt',
  installed: 'the command is done; waits for the boot from disk',
  'local-boot': 'was sent to its own disk',
  'command-failed': 'the command failed',
  'command-timed-out': 'the command took too long',
  interrupted: 'the command was cut off',
  'agent-working': 'the agent works',
  'agent-done': 'the agent is done',
  'agent-failed': 'the agent failed',
  'to-be-installed': 'is to be installed at its next network boot',
};
