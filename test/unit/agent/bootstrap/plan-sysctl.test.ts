import { expect, test } from 'vitest';
import { planSysctl, type SysctlFacts } from '../../../../src/agent/kernel/plan-sysctl.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';

const source = 'vm.swappiness = 10\n';
const plan = (facts: SysctlFacts, text = '') => planSysctl(facts, parseFlags(text).flags).actions;

function dropInOf(text: string): string {
  const write = plan({ source: text, dropIn: undefined }).find((action) => action.kind === 'write-file');
  return String(write?.content);
}

test('the settings become a drop-in that names its source, and are loaded once', () => {
  expect(plan({ source, dropIn: undefined }).map(({ kind }) => kind)).toEqual([
    'make-directory',
    'write-file',
    'load-kernel-settings',
  ]);
  expect(dropInOf(source)).toMatch(/^# .*\/etc\/gandi\/sysctl\.conf.*\nvm\.swappiness = 10\n$/);
});

test('L24: in later boots nothing is loaded over what was set meanwhile', () => {
  expect(plan({ source, dropIn: dropInOf(source) })).toEqual([]);
});

test('a change of the source is loaded', () => {
  expect(plan({ source: 'vm.swappiness = 60\n', dropIn: dropInOf(source) })).toHaveLength(3);
});

test('CONFIG_SYSCTL=0 removes our drop-in, and no other', () => {
  expect(plan({ source, dropIn: dropInOf(source) }, 'CONFIG_SYSCTL=0')).toEqual([
    { kind: 'remove-file', path: '/etc/sysctl.d/90-gandi.conf' },
  ]);
  expect(plan({ source, dropIn: 'vm.swappiness = 1\n' }, 'CONFIG_SYSCTL=0')).toEqual([]);
});

test("a drop-in of this name that is not ours is the admin's, and stays", () => {
  expect(plan({ source, dropIn: 'vm.swappiness = 1\n' })).toEqual([]);
});

test('an admin who removed the source is left alone', () => {
  expect(plan({ source: undefined, dropIn: undefined })).toEqual([]);
});
