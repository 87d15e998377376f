import { chmod, lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { bootstrap } from '../../../src/agent/bootstrap/bootstrap.ts';
import { config } from '../../../src/agent/config/config.ts';
import { postboot } from '../../../src/agent/postboot/postboot.ts';
import { runStage } from '../../../src/agent/stage/run-stage.ts';
import type { Journal } from '../../../src/core/system/journal.ts';
import type { System } from '../../../src/core/system/system.ts';
import { machineTree } from '../../unit/core/system/machine-tree.ts';

const canaries = {
  user: 'alice',
  password: '$6$canary$KZZ1VXNiry9NvEALOo0aNo5GFN8fC7mrADyzeVVlciJksZlT2AEBVdN9jmwCmX8JqsSawc4XPnai149FhvfTP1',
  ssh_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKE/Ya7GirSOaJeN1IWQLe/Z0Lnzofg0wrr5gIwcZWqA canary@laptop',
  run: 'true canary',
  script_args: '--token canary',
};

/** A machine that writes down all that it logs and every argument list that it starts. */
async function watchedMachine(files: Readonly<Record<string, string>>) {
  const { system, root } = await machineTree(files);
  const seen: string[] = [];
  const note = (...words: unknown[]) => void seen.push(inspect(words, { depth: 9 }));
  const journal: Journal = { error: note, warn: note, info: note, debug: note };
  const { run, follow } = system.processes;
  const processes: System['processes'] = {
    ...system.processes,
    run: (tool, args, options) => {
      note(tool, args);
      return run(tool, args, options);
    },
    follow: (program, args, onLine, options) => {
      // The arguments of the customer's own script are in its argument list, as that is what they are.
      note(program, args.slice(0, 3));
      return follow(program, args, onLine, options);
    },
  };
  return { system: { ...system, journal, processes }, root, seen };
}

async function readableByOthers(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(root, name);
      const status = await lstat(path);
      const isOpen = status.isFile() && (status.mode & 0o004) !== 0;
      return isOpen && (await readFile(path, 'utf8')).includes('canary') ? [name] : [];
    }),
  );
  return found.flat();
}

test('a secret of the payload is in no log, no status, no argument list and no file that others can read', async () => {
  const account = 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n';
  const { system, root, seen } = await watchedMachine({
    '/etc/passwd': account,
    '/etc/group': 'root:x:0:\nalice:x:1000:\nusers:x:100:\n',
    '/etc/shadow': 'root:*:19000::::::\nalice:*:19000::::::\n',
    '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
    '/etc/crontab': '17 * * * * root run-parts /etc/cron.hourly\n',
    '/proc/self/mountinfo': '',
    '/root/.profile': '',
    '/home/alice/.profile': '',
  });
  await chmod(join(root, 'etc/shadow'), 0o640);
  await mkdir(join(root, 'gandi'), { mode: 0o700 });
  await writeFile(join(root, 'gandi/config'), JSON.stringify({ vm_hostname: 'web1', vm_conf: canaries }), {
    mode: 0o600,
  });
  await writeFile(join(root, 'gandi/script'), '#!/bin/sh\n# canary\n', { mode: 0o600 });

  const outcomes = [...(await bootstrap(system)), ...(await config(system))];
  const live = { ...system, root: '/' };
  await runStage('postboot', () => postboot(live), live);

  expect(outcomes.map(({ step }) => step)).toEqual(expect.arrayContaining(['host name', 'cron']));
  expect(await readFile(join(root, 'var/lib/gandi/postboot.json'), 'utf8')).toMatch(/script[\s\S]*run/);
  expect(seen.length).toBeGreaterThan(10);
  expect([...seen, inspect(outcomes, { depth: 9 })].filter((text) => text.includes('canary'))).toEqual([]);
  expect(await readFile(join(root, 'run/gandi/status/postboot.json'), 'utf8')).not.toContain('canary');
  expect(await readableByOthers(root)).toEqual([]);
});
