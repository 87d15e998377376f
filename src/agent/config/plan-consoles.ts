import type { Action } from './actions.ts';
import type { Console, ConsoleFacts } from './consoles.ts';
import type { ConfigPlan } from './config-step.ts';

/**
 * A login prompt on each console that the machine has. One that the admin masked or that has its prompt already
 * is left alone.
 */
export function planConsoles(facts: ConsoleFacts): ConfigPlan | undefined {
  const { consoles, init } = facts;
  if (consoles.length === 0) return undefined;
  const silent = consoles.filter((each) => !each.hasPrompt && !each.isMasked);
  return {
    wanted: consoles.map(({ name }) => name).join(' '),
    actions: [
      ...planSecuretty(facts),
      ...(init === 'systemd'
        ? silent.flatMap(planUnit)
        : [...planInittab(facts, silent), ...planOpenRc(facts, silent)]),
    ],
  };
}

function planUnit({ name }: Console): Action[] {
  const unit = `serial-getty@${name}.service`;
  return [
    { kind: 'control-unit', unit, verb: 'enable' },
    { kind: 'control-unit', unit, verb: 'start' },
  ];
}

function planInittab({ inittab }: ConsoleFacts, silent: readonly Console[]): Action[] {
  if (inittab === undefined || silent.length === 0) return [];
  // inittab(5) of System V has this line; the one of busybox starts its entries with the terminal and has no runlevels.
  const isSystemV = /^[^#:\n]*:[^:\n]*:initdefault:/m.test(inittab);
  const line = ({ name }: Console) =>
    `${isSystemV ? `${name.slice(-2)}:2345` : `${name}:`}:respawn:/sbin/getty -L ${name} 115200 vt100\n`;
  return [write('/etc/inittab', `${endedByNewline(inittab)}${silent.map(line).join('')}`)];
}

/** agetty-guide of OpenRC: a service named after the terminal is a link to `agetty`. With an inittab both would have a prompt. */
function planOpenRc({ inittab, hasOpenRcAgetty }: ConsoleFacts, silent: readonly Console[]): Action[] {
  if (inittab !== undefined || !hasOpenRcAgetty) return [];
  return silent.flatMap(({ name }): Action[] => [
    { kind: 'write-link', path: `/etc/init.d/agetty.${name}`, target: 'agetty' },
    { kind: 'write-link', path: `/etc/runlevels/default/agetty.${name}`, target: `/etc/init.d/agetty.${name}` },
  ]);
}

/** securetty(5), where it still is: root may log in only on the terminals that it lists. */
function planSecuretty({ securetty, consoles }: ConsoleFacts): Action[] {
  if (securetty === undefined) return [];
  const listed = new Set(securetty.split('\n').map((line) => line.trim()));
  const missing = consoles.map(({ name }) => name).filter((name) => !listed.has(name));
  if (missing.length === 0) return [];
  return [write('/etc/securetty', `${endedByNewline(securetty)}${missing.map((name) => `${name}\n`).join('')}`)];
}

function write(path: string, content: string): Action {
  return { kind: 'write-file', path, content, mode: 0o644 };
}

function endedByNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
