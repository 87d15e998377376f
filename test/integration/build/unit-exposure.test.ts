import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

// From 0, sealed, to 10, every door open (systemd-analyze(1), security).
const usual = 5.0;

/** Units that may not close what this costs, and why; each stays at what it is. */
const exceptions: Readonly<Record<string, readonly [limit: number, because: string]>> = {
  'gandi-hotplug.service': [
    5.6,
    'a mount namespace hides its mounts from the machine, and a config-drive may say anything of what bootstrap does',
  ],
};

const version = Number(
  /^systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1],
);

test.for(globSync('systemd/*.service'))(
  '%s closes the doors that it does not need, and says which it leaves',
  (path, { skip }) => {
    if (!(version >= 250)) skip('systemd-analyze of systemd 250 or newer is not installed');
    const output = execFileSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' });
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1]);
    const [limit] = exceptions[basename(path)] ?? [usual];
    expect(exposure).toBeLessThanOrEqual(limit);
    expect(readFileSync(path, 'utf8')).toMatch(/^# .*(?:Doors that stay open|every door is open|No ProtectSystem=)/m);
  },
);

test('no exception is left over', () => {
  expect(
    Object.keys(exceptions).filter(
      (name) =>
        !globSync('systemd/*.service')
          .map((each) => basename(each))
          .includes(name),
    ),
  ).toEqual([]);
});
