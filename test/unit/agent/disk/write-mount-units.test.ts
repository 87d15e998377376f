import { expect, test } from 'vitest';
import { writeMountUnits } from '../../../../src/agent/disk/write-mount-units.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const folder = '/run/systemd/generator.late';

test('each path of a valid file has a unit, and one that leads through a link has none', async () => {
  const system = await fakeMachine({
    '/etc/gandi/disks.d/pg.conf': 'SERIAL=vol-1\nPATH="/var/lib/the data"\n',
    '/etc/gandi/disks.d/link.conf': 'SERIAL=vol-2\nPATH=/link/data\n',
    '/etc/gandi/disks.d/mistaken.conf': 'SERIAL=vol-3\nPATHS=/data\n',
    '/link': '->/var',
    [`${folder}/.keep`]: '',
  });
  const outcomes = await writeMountUnits(system, folder);
  expect(outcomes.map(({ failure }) => failure)).toEqual([null]);
  expect((await system.files.list(folder)).filter((name) => name !== '.keep')).toEqual(['var-lib-the\\x20data.mount']);
  expect(await system.files.read(`${folder}/var-lib-the\\x20data.mount`)).toMatch(/^Where=\/var\/lib\/the data$/m);
});

test('without an assignment nothing is written', async () => {
  const system = await fakeMachine({ [`${folder}/.keep`]: '' });
  expect(await writeMountUnits(system, folder)).toEqual([]);
});
