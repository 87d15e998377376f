import { expect, test } from 'vitest';
import { emptyIcuData } from '../../../../tools/shrink/icu-data.ts';
import { isOfIntl, isOfLanguages } from '../../../../tools/shrink/unused-icu.ts';
import { UnknownLayout } from '../../../../tools/shrink/unknown-layout.ts';

const header = 24;

test('data about other languages, encodings and word breaks is emptied, all else stays', () => {
  const used = [
    'brkitr/char.brk',
    'coll/root.res',
    'en.res',
    'en_US.res',
    'nfc.nrm',
    'pool.res',
    'res_index.res',
    'zoneinfo64.res',
  ];
  const unused = ['af.res', 'brkitr/thaidict.dict', 'coll/de.res', 'ibm-37.cnv', 'sr_Latn_RS.res', 'unames.icu'];
  const names = [...used, ...unused].sort();
  const executable = holding(names.map((name) => [name, item(name)]));
  expect(emptyIcuData(executable, isOfLanguages)).toBe(unused.reduce((sum, name) => sum + item(name).length, 0));
  expect(names.filter((name) => executable.includes(item(name)))).toEqual(used);
});

test('the last item stays, as nothing says where it ends', () => {
  const executable = holding([['en.res', item('en')] as const, ['zu.res', item('zu')] as const]);
  expect(emptyIcuData(executable, isOfLanguages)).toBe(0);
  expect(executable.includes(item('zu'))).toBe(true);
});

test.each([
  ['no package', Buffer.from('Node alone')],
  ['two packages', Buffer.concat([holding([['en.res', item('en')]]), holding([['en.res', item('en')]])])],
  [
    'a package that was cut off',
    holding([['af.res', item('af')] as const, ['en.res', item('en')] as const]).subarray(0, 60),
  ],
  ['a package of no items', holding([])],
  [
    'an item that does not begin as one',
    holding([['af.res', Buffer.alloc(40)] as const, ['en.res', item('en')] as const]),
  ],
  ['items in another order', holding([['af.res', item('af')] as const, ['en.res', item('en')] as const], 'backwards')],
])('an executable with %s is left as it is', (_, executable) => {
  const before = Buffer.from(executable);
  expect(() => emptyIcuData(executable, isOfLanguages)).toThrow(UnknownLayout);
  expect(executable).toEqual(before);
});

test('the agent does without names of countries and the order of words too', () => {
  const names = ['coll/root.res', 'coll/ucadata.icu', 'region/en.res', 'rfc3491.spp', 'zone/pool.res'];
  expect(names.filter(isOfIntl)).toEqual(names);
  expect(names.filter(isOfLanguages)).toEqual([]);
  expect(['en.res', 'nfc.nrm', 'root.res', 'zoneinfo64.res', 'cnvalias.icu'].filter(isOfIntl)).toEqual([]);
});

/** A program around a package as ICU lays it out. */
function holding(items: readonly (readonly [string, Buffer])[], order: 'forwards' | 'backwards' = 'forwards'): Buffer {
  const names = items.map(([name]) => Buffer.from(`icudt78l/${name}\0`));
  const table = Buffer.alloc(4 + 8 * items.length);
  table.writeUInt32LE(items.length);
  let nameAt = table.length;
  let dataAt = table.length + names.reduce((sum, { length }) => sum + length, 0);
  const places = items.map(([, data], index) => {
    const place = [nameAt, dataAt] as const;
    nameAt += names[index]?.length ?? 0;
    dataAt += data.length;
    return place;
  });
  for (const [index, [name, data]] of (order === 'forwards' ? places : places.toReversed()).entries()) {
    table.writeUInt32LE(name, 4 + 8 * index);
    table.writeUInt32LE(data, 8 + 8 * index);
  }
  const content = items.map(([, data]) => data);
  return Buffer.concat([Buffer.from('Node itself'), started('CmnD'), table, ...names, ...content, Buffer.from('more')]);
}

function item(text: string): Buffer {
  return Buffer.concat([started('ResB'), Buffer.from(`the data of ${text}`)]);
}

function started(format: string): Buffer {
  const bytes = Buffer.alloc(header);
  bytes.writeUInt16LE(header);
  bytes.writeUInt16LE(0x27da, 2);
  bytes.write(format, 12, 'latin1');
  return bytes;
}
