import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// From 0, sealed, to 10, every door open (systemd-analyze(1), security).
const mostExposed = 5.0;

const version = Number(
  /^systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1],
);

test.for(globSync('systemd/*.service'))(
  '%s closes the doors that it does not need, and says which it leaves',
  (path, { skip }) => {
    if (!(version >= 250)) skip('systemd-analyze of systemd 250 or newer is not installed');
    const output = execFileSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' });
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1]);
    expect(exposure).toBeLessThanOrEqual(mostExposed);
    expect(readFileSync(path, 'utf8')).toMatch(/^# .*(?:Doors that stay open|No ProtectSystem=)/m);
  },
);
