import { expect, test } from 'vitest';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { observeSignatures } from '../../../../src/core/block-device/signatures.ts';
import type { Output, Processes } from '../../../../src/core/system/processes.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../../agent/facts/fake-machine.ts';

type Answers = Readonly<Record<string, Partial<Output> | Error>>;

/** Tools that answer what was recorded. */
async function withTools(answers: Answers): Promise<System> {
  const run: Processes['run'] = async (tool) => {
    const answer = answers[tool];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error(`no ${tool}`);
    return { exitCode: 0, stdout: '', stderr: '', ...answer };
  };
  const machine = await fakeMachine({});
  return { ...machine, processes: { ...machine.processes, run } };
}

const nothing = '{\n   "signatures": [\n\n   ]\n}\n';
const gpt = `{"signatures": [ {"offset": "0x200", "type": "gpt"},{"offset": "0x3fffe00", "type": "gpt"},{"offset": "0x1fe", "type": "PMBR"} ]}`;

test('every signature that wipefs lists, with its offset', async () => {
  const system = await withTools({ wipefs: { stdout: gpt }, blkid: { stdout: 'DEVNAME=/dev/vdb\nPTTYPE=gpt\n' } });
  expect(await observeSignatures(system, '/dev/vdb')).toEqual([
    { offset: 0x200, type: 'gpt' },
    { offset: 0x3fffe00, type: 'gpt' },
    { offset: 0x1fe, type: 'PMBR' },
  ]);
});

test('what only blkid knows is added', async () => {
  const system = await withTools({ wipefs: { stdout: nothing }, blkid: { stdout: 'DEVNAME=/dev/vdb\nTYPE=newfs\n' } });
  expect(await observeSignatures(system, '/dev/vdb')).toEqual([{ offset: null, type: 'newfs' }]);
});

test('signatures that contradict each other are a signature', async () => {
  const system = await withTools({ wipefs: { stdout: nothing }, blkid: { exitCode: 8 } });
  expect(await observeSignatures(system, '/dev/vdb')).toEqual([{ offset: null, type: 'ambivalent' }]);
});

test('nothing, where both tools say so', async () => {
  const system = await withTools({ wipefs: { stdout: nothing }, blkid: { exitCode: 2 } });
  expect(await observeSignatures(system, '/dev/vdb')).toEqual([]);
});

test.each<[string, Answers]>([
  ['wipefs is missing', { blkid: { exitCode: 2 } }],
  ['blkid is missing', { wipefs: { stdout: nothing } }],
  ['wipefs fails', { wipefs: new AgentError('failed', { code: 'process.failed', subject: '', remedy: '' }) }],
  ['wipefs says nothing at all', { wipefs: { stdout: '' }, blkid: { exitCode: 2 } }],
  ['wipefs answers in another form', { wipefs: { stdout: '{"found": []}' }, blkid: { exitCode: 2 } }],
  ['wipefs names no type', { wipefs: { stdout: '{"signatures":[{"offset":"0x0","type":null}]}' }, blkid: {} }],
  ['wipefs answers half', { wipefs: { stdout: gpt.slice(0, 40) }, blkid: { exitCode: 2 } }],
])('never taken for nothing: %s', async (_, answers) => {
  const system = await withTools(answers);
  await expect(observeSignatures(system, '/dev/vdb')).rejects.toMatchObject({ code: 'signatures.unknown' });
});
