import { expect, test } from 'vitest';
import { reloadAssignedUnitsKind } from '../../../../src/agent/disk/reload-assigned-units.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

/** What systemctl was asked, where these units have these answers. */
async function askedBy(paths: readonly string[], answers: Readonly<Record<string, string>>, isSystemd = true) {
  const fake = await fakeMachine(isSystemd ? { '/run/systemd/system/.keep': '' } : {});
  const asked: string[] = [];
  const run: System['processes']['run'] = async (program, args) => {
    asked.push([program, ...args].join(' '));
    const names = args.slice(args.indexOf('--') + 1);
    return { stdout: names.map((name) => answers[name] ?? '').join('\n'), stderr: '', exitCode: 0 };
  };
  const system: System = { ...fake, root: '/', processes: { ...fake.processes, run } };
  await reloadAssignedUnitsKind.apply({ kind: 'reload-assigned-units', paths }, system);
  return asked;
}

const answers = {
  'var-lib-pg.mount': 'Id=var-lib-pg.mount\nRequiredBy=postgresql.service idle.service\n',
  'data.mount': 'Id=data.mount\nRequiredBy=idle.service\n',
  'nobody.mount': 'Id=nobody.mount\nRequiredBy=\n',
  'postgresql.service': 'Job=42\n',
  'idle.service': 'Job=0\n',
};

test('systemd reads its units again, and the unit is started of a path that a starting service needs', async () => {
  const asked = await askedBy(['/var/lib/pg', '/data', '/nobody'], answers);
  expect(asked[0]).toBe('systemctl daemon-reload');
  expect(asked.filter((words) => words.includes(' start '))).toEqual([
    'systemctl --no-block start -- var-lib-pg.mount',
  ]);
});

test('where no service waits, and where systemd does not run, nothing is started', async () => {
  expect((await askedBy(['/data', '/nobody'], answers)).some((words) => words.includes(' start '))).toBe(false);
  expect(await askedBy(['/var/lib/pg'], answers, false)).toEqual([]);
  expect(await askedBy([], answers)).toEqual(['systemctl daemon-reload']);
});
