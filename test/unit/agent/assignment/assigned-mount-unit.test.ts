import { expect, test } from 'vitest';
import { isAssignedMountUnit, renderMountUnits } from '../../../../src/agent/assignment/assigned-mount-unit.ts';

const file = '/etc/gandi/disks.d/pg.conf';

test('a unit requires that the disk is mounted, and has no device of its own that systemd could mount', () => {
  const [unit] = renderMountUnits([{ file, path: '/var/lib/my data' }]);
  expect(unit?.name).toBe('var-lib-my\\x20data.mount');
  expect(unit?.text.split('\n')).toEqual(
    expect.arrayContaining([
      `SourcePath=${file}`,
      'DefaultDependencies=no',
      'Requires=gandi-assigned@var-lib-my\\x20data.service',
      'After=gandi-assigned@var-lib-my\\x20data.service',
      'What=gandi-agent',
      'Where=/var/lib/my data',
    ]),
  );
});

test('a sign that systemd would replace stands for itself', () => {
  const [unit] = renderMountUnits([{ file: '/etc/gandi/disks.d/%h.conf', path: '/data/%u' }]);
  expect(unit?.name).toBe('data-\\x25u.mount');
  expect(unit?.text).toMatch(/^Where=\/data\/%%u$/m);
  expect(unit?.text).toMatch(/^SourcePath=\/etc\/gandi\/disks\.d\/%%h\.conf$/m);
  expect(unit?.text).toMatch(/^Description=.*\/data\/%%u$/m);
});

test('a path of two files has one unit', () => {
  const units = renderMountUnits([
    { file, path: '/data' },
    { file: '/etc/gandi/disks.d/other.conf', path: '/data' },
  ]);
  expect(units.map(({ name }) => name)).toEqual(['data.mount']);
});

test('it is told from a unit of somebody else', () => {
  const [unit] = renderMountUnits([{ file, path: '/data' }]);
  expect(isAssignedMountUnit(unit?.text ?? '')).toBe(true);
  expect(isAssignedMountUnit('[Mount]\nWhat=/dev/sdb\nWhere=/data\n')).toBe(false);
});
