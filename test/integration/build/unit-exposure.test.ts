import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

// From 0, sealed, to 10, every door open (systemd-analyze(1), security).
const mostExposed = 5.0;

const version = Number(
  /^systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1],
);

const units = globSync('systemd/*.service').sort();

test.for(units)('%s closes the doors that it does not need, and says which it leaves', (path, { skip }) => {
  if (!(version >= 250)) skip('systemd-analyze of systemd 250 or newer is not installed');
  const output = execFileSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' });
  const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1]);
  expect(exposure).toBeLessThanOrEqual(mostExposed);
  expect(readFileSync(path, 'utf8')).toMatch(/^# .*(?:Doors that stay open|No ProtectSystem=)/m);
});

// capabilities(7)
const allCapabilities = `
  AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID
  IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW
  PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO
  SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM`
  .trim()
  .split(/\s+/)
  .map((name) => `CAP_${name}`);

/** Settings that close a door, systemd.exec(5) and systemd.resource-control(5). */
const closing =
  /^(?:CapabilityBoundingSet|IPAddressDeny|LockPersonality|MemoryDenyWriteExecute|NoNewPrivileges|Private\w+|Protect\w+|Restrict\w+|SystemCallArchitectures|SystemCallFilter)$/;

function settingsOf(unit: string): (readonly [name: string, value: string])[] {
  const lines = readFileSync(unit, 'utf8').matchAll(/^(\w+)=(.*)$/gm);
  return [...lines].map(([, name = '', value = '']) => [name, value] as const);
}

/** systemd.exec(5): a line with `~` takes away, one without adds, an empty one takes all; without a line all stay. */
function capabilitiesOf(settings: readonly (readonly [string, string])[], name: string): Set<string> | undefined {
  let set: Set<string> | undefined;
  for (const [, value] of settings.filter(([each]) => each === name)) {
    const words = value.replace(/^~/, '').split(/\s+/).filter(Boolean);
    if (value.startsWith('~')) set = (set ?? new Set(allCapabilities)).difference(new Set(words));
    else set = words.length === 0 ? new Set() : (set ?? new Set<string>()).union(new Set(words));
  }
  return set;
}

/** What the comments of a unit name, and those of a unit that they refer to: `CAP_DAC_*` and `Protect*=` name several. */
function namedIn(unit: string): RegExp[] {
  const text = readFileSync(unit, 'utf8');
  const comments = [...text.matchAll(/^# (.*)$/gm)].map(([, comment]) => comment).join(' ');
  const words = comments.match(/\bCAP_[A-Z_?*]+|\b[A-Z][A-Za-z*]+=/g) ?? [];
  const patterns = words.map((word) => new RegExp(`^${word.replace('*', '\\w*').replace('?', '\\w')}$`));
  const other = /doors that stay open: those of (gandi-\S+\.service)/i.exec(comments)?.[1];
  return other === undefined ? patterns : [...patterns, ...namedIn(join(dirname(unit), other))];
}

const known = [...new Set(units.flatMap((unit) => settingsOf(unit).map(([name]) => name)))].filter((name) =>
  closing.test(name),
);

test.each(units)('%s names each door that it leaves open: capabilities, and what another unit closes', (unit) => {
  const settings = settingsOf(unit);
  const capabilities = capabilitiesOf(settings, 'CapabilityBoundingSet') ?? new Set(allCapabilities);
  const ambient = capabilitiesOf(settings, 'AmbientCapabilities') ?? new Set();
  const closed = new Set(settings.filter(([, value]) => value !== 'no').map(([name]) => name));
  const open = new Set([...known, 'MemoryDenyWriteExecute']).difference(closed);
  const doors = [...capabilities.union(ambient), ...[...open].map((name) => `${name}=`)];
  const named = namedIn(unit);
  expect(doors.filter((door) => !named.some((pattern) => pattern.test(door))).sort()).toEqual([]);
});
