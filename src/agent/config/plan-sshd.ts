import type { Action } from './actions.ts';
import type { SshdFacts } from '../access/sshd.ts';
import { type ConfigPlan, fingerprint } from './config-step.ts';

const sshdDropIn = '/etc/ssh/sshd_config.d/90-gandi.conf';
const mainFile = '/etc/ssh/sshd_config';

/** What we want where nobody says otherwise; ListenAddress is not among them on purpose (S7). */
const settings: readonly (readonly [string, string])[] = [
  ['PermitRootLogin', 'prohibit-password'],
  ['PermitEmptyPasswords', 'no'],
];

/**
 * sshd_config(5): of several values for a keyword the first counts, and a drop-in is read first. So a keyword that
 * the admin has anywhere outside a Match block is left out of ours.
 */
export function planSshd(facts: SshdFacts): ConfigPlan | undefined {
  const { main, dropIns, includesDropIns } = facts;
  if (main === undefined) return undefined;
  const bare = includesDropIns ? main : withoutOurs(main);
  const stated = new Set([bare, ...dropIns].flatMap(globalKeywords));
  const missing = settings.filter(([keyword]) => !stated.has(keyword.toLowerCase()));
  const wanted = fingerprint([includesDropIns ? sshdDropIn : mainFile, ...missing].join());
  const actions = includesDropIns ? planDropIn(missing, facts) : planInPlace(missing, main);
  const reload: Action = { kind: 'control-unit', unit: facts.unit, verb: 'try-reload-or-restart' };
  return { wanted, actions: actions.length === 0 ? [] : [...actions, reload] };
}

type Settings = typeof settings;

function planDropIn(missing: Settings, { ours }: SshdFacts): Action[] {
  if (missing.length === 0) return ours === undefined ? [] : [{ kind: 'remove-file', path: sshdDropIn }];
  return planFile(sshdDropIn, ours, render(missing), null);
}

/** An sshd that reads no drop-ins: our lines go where they belong to no Match block (L1). */
function planInPlace(missing: Settings, main: string): Action[] {
  const lines = withoutOurs(main).split('\n');
  const match = lines.findIndex((line) => /^\s*match\s/i.test(line));
  const end = match === -1 ? lines.length : match;
  const ours = missing.length === 0 ? [] : [begin, ...linesOf(missing), done];
  const before = lines.slice(0, end);
  // The last piece of a text that ends with a line feed is empty, and stays the last.
  const at = match === -1 && before.at(-1) === '' ? end - 1 : end;
  return planFile(
    mainFile,
    main,
    [...lines.slice(0, at), ...ours, ...lines.slice(at)].join('\n'),
    `${mainFile}.gandi-old`,
  );
}

function planFile(path: string, now: string | undefined, content: string, backup: string | null): Action[] {
  if (now === content) return [];
  return [{ kind: 'replace-checked', path, content, mode: 0o644, check: 'sshd', backup }];
}

const begin = '# gandi-agent: begin';
const done = '# gandi-agent: end';

function withoutOurs(main: string): string {
  const lines = main.split('\n');
  const first = lines.indexOf(begin);
  const last = lines.indexOf(done);
  return first === -1 || last < first ? main : [...lines.slice(0, first), ...lines.slice(last + 1)].join('\n');
}

function render(missing: Settings): string {
  const comment =
    '# Written by gandi-agent. What you set in sshd_config is left out here at the next run; CONFIG_SSHD=0 stops it.';
  return `${comment}\n${linesOf(missing).join('\n')}\n`;
}

function linesOf(missing: Settings): string[] {
  return missing.map(([keyword, value]) => `${keyword} ${value}`);
}

/** In lower case, as sshd takes them; up to the first Match, which lasts to the end of its file. */
function globalKeywords(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().toLowerCase());
  const match = lines.findIndex((line) => /^match\s/.test(line));
  return (match === -1 ? lines : lines.slice(0, match)).map((line) => line.split(/[\s=]+/, 1)[0] ?? '');
}
