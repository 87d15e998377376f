import { expect, test } from 'vitest';
import { explainDisk } from '../../../../src/agent/disk/explain-disk.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, mountAt, record } from './disk-example.ts';

const flags = parseFlags('').flags;

test.each([
  [
    'mounted by us',
    diskFacts({ records: [record], mounts: [mountAt('/srv/data')] }),
    /mounted at \/srv\/data by the agent.*detach/,
  ],
  [
    'unmounted by somebody',
    diskFacts({ records: [record], occasion: 'asked' }),
    /unmounted by somebody else.*attach \/dev\/sdb/,
  ],
  [
    'detached',
    diskFacts({
      records: [{ ...record, isDetached: true, mountPoint: null, note: 'detached; the platform can take it now' }],
    }),
    /^\/dev\/sdb is detached; the platform can take it now\. .*attach \/dev\/sdb/,
  ],
  [
    'cut off before it was mounted',
    diskFacts({ records: [{ ...record, isBeingMounted: true }] }),
    /nothing speaks against mounting it at \/srv\/data/,
  ],
  [
    'refused',
    diskFacts({ attached: { ...attached, fileSystem: undefined } }),
    /no file system on it, or signatures of several \(blank\)/,
  ],
  ['not mounted yet', diskFacts(), /nothing speaks against mounting it at \/srv\/data/],
  ['gone', diskFacts({ attached: undefined }), /not attached/],
])('%s', (_, facts, expected) => {
  expect(explainDisk(facts, flags)).toMatch(expected);
});
