import { expect, test } from 'vitest';
import { planPending } from '../../../../src/agent/bootstrap/pending-payload.ts';
import { parsePending, renderPending } from '../../../../src/core/payload/pending-payload.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineWith } from '../machine-config/machine-config-example.ts';
import { files } from './first-boot-example.ts';

const { flags } = parseFlags('');
const pending = { digest: 'a'.repeat(64), length: 2560 };

test('what is pending is read as it was written, and nothing else is', () => {
  expect(parsePending(renderPending({ digest: pending.digest, byteLength: 2560 }))).toEqual(pending);
  for (const text of ['', '{}', 'null', '{"version":2}', '{"version":1,"digest":"x","length":1}'])
    expect(parsePending(text)).toBeUndefined();
});

test('without a mark there is nothing to do, whatever /gandi/config says', () => {
  expect(planPending(undefined, flags, undefined)).toEqual({ steps: [] });
  expect(planPending(undefined, flags, pending)).toEqual({ steps: [] });
});

test('a payload that came with the image is applied, recorded, and only then is its mark removed', () => {
  const outcome = { url: 'http://192.0.2.1:3000/v1/outcome/1', key: 'abcdefgh12345678' };
  const config = machineWith({ vm_hostname: 'node1', outcome });
  const stored = { config, warnings: [], mistakes: [], source: 'swap-payload', subject: '', isApplied: false } as const;
  const { steps } = planPending({ stored, files }, flags, pending);
  const names = steps.filter(({ actions }) => actions.length > 0).map(({ name }) => name);
  expect(names).toContain('host name');
  expect(names.at(-1)).toBe('commit');
  expect(steps.at(-1)).toMatchObject({
    needsAllBefore: true,
    actions: [
      { kind: 'commit-payload', payload: pending, consumed: true },
      { kind: 'remove-file', path: '/gandi/pending.json' },
    ],
  });
  const due = steps.find(({ name }) => name === 'outcome')?.actions.at(-1);
  expect(due).toMatchObject({ kind: 'write-file', path: '/gandi/outcome.json', mode: 0o600 });
  expect(JSON.stringify(due)).not.toContain('abcdefgh12345678');
});
