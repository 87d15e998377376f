import { expect, test } from 'vitest';
import { Secret } from '../../../../src/core/secret/secret.ts';
import { forPeople, renderJournalEntry, renderLine, renderSyslog } from '../../../../src/core/system/log-entry.ts';

const fields = { stage: 'hotplug', step: 'mount', device: '/dev/sdb', action: 'mount-disk', durationMs: 41 };

test('an entry of the journal has the sentence, its priority and a field for each fact', () => {
  expect(renderJournalEntry('info', 'gandi', 'mount: mount /dev/sdb', fields).split('\n')).toEqual([
    'MESSAGE=mount: mount /dev/sdb',
    'PRIORITY=6',
    'SYSLOG_IDENTIFIER=gandi',
    'GANDI_SPEAKER=agent',
    'GANDI_STAGE=hotplug',
    'GANDI_STEP=mount',
    'GANDI_DEVICE=/dev/sdb',
    'GANDI_ACTION=mount-disk',
    'GANDI_DURATION_MS=41',
    '',
  ]);
});

test('a person reads the sentence and what is not in it, and the log without fields has all', () => {
  const failure = { ...fields, code: 'mount.failed' };
  expect(renderLine('mount: mount it', forPeople(failure))).toBe('mount: mount it device=/dev/sdb code=mount.failed');
  expect(renderSyslog('info', 'gandi', 7, 'mount /dev/sdb', fields)).toContain('action=mount-disk durationMs=41');
});

test('what a program says is marked by a field, and the line for people stays as it is', () => {
  const said = { speaker: 'program' } as const;
  expect(renderJournalEntry('info', 'gandi', 'script says: hello', said).split('\n')).toEqual([
    'MESSAGE=script says: hello',
    'PRIORITY=6',
    'SYSLOG_IDENTIFIER=gandi',
    'GANDI_SPEAKER=program',
    '',
  ]);
  expect(renderLine('script says: hello', said)).toBe('script says: hello');
});

test('a message of syslog has facility daemon, the priority, a name and a process', () => {
  expect(renderSyslog('error', 'gandi', 7, 'no such zone', { code: 'config.x' })).toBe(
    '<27>gandi[7]: no such zone code=config.x',
  );
});

test.each([
  ['a line feed', 'data\nMESSAGE=all is well'],
  ['an escape of the terminal', 'data\u001b[2J'],
  ['a change of direction', 'data\u202etxt'],
])('%s in a label starts no line or field of its own', (_, label) => {
  for (const text of [renderLine(label), renderJournalEntry('info', 'x', label, { device: label })]) {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.match(/^MESSAGE=/gm) ?? []).toHaveLength(text.startsWith('MESSAGE=') ? 1 : 0);
  }
});

test('a secret stays masked in every field', () => {
  const entry = renderJournalEntry('debug', 'x', 'run', { arguments: ['--token', new Secret('canary')] });
  expect(entry).not.toContain('canary');
  expect(entry).toContain('GANDI_ARGUMENTS=["--token","•••"]');
});
