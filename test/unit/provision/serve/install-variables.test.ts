import { expect, test } from 'vitest';
import { openClock } from '../../../../src/core/system/clock.ts';
import { openHostStore } from '../../../../src/provision/serve/hosts/host-store.ts';
import { installVariables } from '../../../../src/provision/serve/install-variables.ts';
import { parseProfiles } from '../../../../src/provision/serve/profiles/parse-profiles.ts';
import { openSqlite } from '../../../../src/provision/serve/memory/sqlite.ts';
import type { Run } from '../../../../src/provision/serve/queue/run.ts';

const mac = '52:54:00:12:34:56';
const run: Run = {
  id: 1,
  address: '192.0.2.7',
  action: 'install',
  state: 'running',
  attempt: 1,
  askedAt: '',
  startedAt: null,
  endedAt: null,
  reason: null,
  owner: null,
};

async function variables(machine: object, more: { action?: Run['action']; storeFolder?: string | undefined } = {}) {
  const machines = [{ mac, boot: 'local', ...machine }];
  const profiles = parseProfiles(JSON.stringify({ version: 1, machines }));
  if ('mistakes' in profiles) throw new Error(JSON.stringify(profiles.mistakes));
  const hosts = openHostStore(openSqlite(':memory:'), openClock());
  await hosts.note({ mac, address: run.address }, { kind: 'pxe-request' });
  const { action = 'install', storeFolder = '/srv/boot' } = more;
  const context = { profiles, storeFolder, url: 'http://192.0.2.1:3000' };
  const known = await installVariables(context, hosts, { ...run, action });
  return { known, isKey: (key: string) => hosts.isOutcomeKey(1, key) };
}

test('an installation is told all that the profile of its machine says, and where its agent posts', async () => {
  const machine = { image: 'a/b.raw', payload: '/srv/p', disk: '/dev/disk/by-path/x', replace: true };
  const { known, isKey } = await variables(machine);
  expect(known).toEqual({
    GANDI_MAC: mac,
    GANDI_IMAGE: '/srv/boot/a/b.raw',
    GANDI_IMAGE_URL: 'http://192.0.2.1:3000/files/a/b.raw',
    GANDI_DISK: '/dev/disk/by-path/x',
    GANDI_PAYLOAD: '/srv/p',
    GANDI_REPLACE: '1',
    GANDI_OUTCOME_URL: 'http://192.0.2.1:3000/v1/outcome/1',
    GANDI_OUTCOME_KEY: expect.stringMatching(/^[\w-]{32}$/),
  });
  expect(await isKey(known.GANDI_OUTCOME_KEY ?? '')).toBe(true);
});

test('what a profile does not say is no variable', async () => {
  expect(Object.keys((await variables({})).known)).toEqual(['GANDI_MAC', 'GANDI_OUTCOME_URL', 'GANDI_OUTCOME_KEY']);
});

test('a run that installs nothing is told nothing, and leaves the key as it is', async () => {
  expect((await variables({ image: 'a.raw' }, { action: 'config' })).known).toEqual({});
});

test.each(['', 'a disk', '/dev/sda\n'])('"%s" names no disk', async (disk) => {
  await expect(variables({ disk })).rejects.toThrow(/machines.0.disk/);
});
