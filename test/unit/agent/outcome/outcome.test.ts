import { describe, expect, test } from 'vitest';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import { parseOutcomeDue, renderOutcomeDue } from '../../../../src/agent/outcome/outcome-due.ts';
import { outcomeOf } from '../../../../src/agent/outcome/outcome-of.ts';
import { Secret } from '../../../../src/core/secret/secret.ts';

const read = (outcome: unknown) => parseGandiConfig(JSON.stringify({ outcome }));

describe('the key `outcome` of a payload', () => {
  test('is where an outcome goes, and by which key; the key is a secret', () => {
    const { config, mistakes } = read({ url: 'http://192.0.2.1:3000/v1/outcome/1', key: 'abcdefgh12345678' });
    expect(mistakes).toEqual([]);
    expect(config.outcome?.url).toBe('http://192.0.2.1:3000/v1/outcome/1');
    expect(config.outcome?.key.reveal()).toBe('abcdefgh12345678');
    expect(JSON.stringify(config)).not.toContain('abcdefgh12345678');
  });

  test.each([undefined, null])('may be missing: %j', (outcome) => {
    expect(read(outcome)).toMatchObject({ config: { outcome: null }, mistakes: [], warnings: [] });
  });

  test.each([
    ['outcome.url', { url: 'ftp://192.0.2.1/', key: 'abcdefgh12345678' }],
    ['outcome.url', { url: 'not a URL', key: 'abcdefgh12345678' }],
    ['outcome.key', { url: 'http://192.0.2.1/', key: 'short' }],
    ['outcome.key', { url: 'http://192.0.2.1/', key: 'abcdefgh\r\nX-Evil: 1' }],
    ['outcome.key', { url: 'http://192.0.2.1/' }],
    ['outcome', 'http://192.0.2.1/'],
  ])('with a mistake in %s is left out, and the mistake is told', (path, outcome) => {
    const { config, mistakes } = read(outcome);
    expect(config.outcome).toBeNull();
    expect(mistakes.map((mistake) => mistake.path)).toEqual([path]);
    expect(mistakes.map(({ problem }) => problem).join()).not.toContain('abcdefgh');
  });
});

test('what is due is read back as it was written, and nothing else is', () => {
  const place = { url: 'http://192.0.2.1/v1/outcome/1', key: new Secret('abcdefgh12345678') };
  const text = renderOutcomeDue(place).reveal();
  expect(parseOutcomeDue(text)?.key.reveal()).toBe('abcdefgh12345678');
  expect(parseOutcomeDue(text.slice(0, -5))).toBeUndefined();
});

describe('the outcome of a first boot', () => {
  const failure = (message: string) => ({ result: 'failed' as const, failures: [{ step: 's', code: 'c', message }] });
  const done = { result: 'done' as const, failures: [] };

  test('is done where all its stages are', () => {
    expect(outcomeOf({ bootstrap: done, config: done, postboot: done })).toEqual({
      version: 1,
      state: 'done',
      detail: null,
    });
  });

  test('is failed where one of them failed, with what it says; a disk that failed later is no part of it', () => {
    const ran = { bootstrap: failure('no such zone'), config: done, postboot: done, hotplug: failure('a disk') };
    expect(outcomeOf(ran)).toEqual({ version: 1, state: 'failed', detail: 'bootstrap: no such zone' });
  });

  test('is failed where a stage was cut off', () => {
    const { state, detail } = outcomeOf({ bootstrap: done, postboot: { result: 'running' as const, failures: [] } });
    expect([state, detail]).toEqual(['failed', 'postboot: was cut off']);
  });

  test('says no more than the server takes', () => {
    expect(outcomeOf({ bootstrap: failure('x'.repeat(5000)) }).detail).toHaveLength(1000);
  });
});
