import type { Action } from './actions.ts';
import type { MotdFacts } from './motd.ts';
import { type ConfigPlan, fingerprint } from './config-step.ts';

const motdScript = '/etc/update-motd.d/50-gandi';

const defaultText = 'This machine is looked after by gandi-vm-agent: `gandi-agent status` says what it did.\n';

/**
 * With update-motd(5) a part of its own, which reads the admin's text at each login. Without, /etc/motd, and only
 * where nobody has written anything into it.
 */
export function planMotd(facts: MotdFacts): ConfigPlan | undefined {
  const text = facts.adminText ?? defaultText;
  if (facts.hasParts) return planFile(motdScript, script(), 0o755, facts.part);
  if (facts.motd !== undefined && facts.motd.trim() !== '') return undefined;
  return planFile('/etc/motd', text, 0o644, facts.motd);
}

function planFile(path: string, content: string, mode: number, now: string | undefined): ConfigPlan {
  const write: Action = { kind: 'write-file', path, content, mode };
  return { wanted: fingerprint(`${path}\n${content}`), actions: now === content ? [] : [write] };
}

function script(): string {
  return `#!/bin/sh\n# Written by gandi-vm-agent once; yours to change. CONFIG_MOTD=0 keeps it from being written.\nif [ -r /etc/gandi/motd ]; then exec cat /etc/gandi/motd; fi\necho '${defaultText.trim()}'\n`;
}
