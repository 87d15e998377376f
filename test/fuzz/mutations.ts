import fc from 'fast-check';

/** Text that broke something once, somewhere, or that means something to a program that parses what the agent writes. */
const words = [
  ...[
    '',
    ' ',
    'a',
    'x'.repeat(300),
    '\0',
    '\n',
    '\r\n# x',
    '\t',
    '\u202e',
    '\u2028',
    '\x1b[31m',
    '\u009b31m',
    '\ud800',
    '\ufeff',
    'é',
    '🙂',
  ],
  ...[
    '..',
    '../../etc/passwd',
    '/',
    '/dev/null',
    '-x',
    '--help',
    '$(id)',
    '`id`',
    "' or '",
    '"; id; "',
    '%s',
    '*',
    '#',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    '0',
    '-1',
    '1e9',
    '1e400',
    'NaN',
    '01',
    '0x10',
    '99999999999999999999',
  ],
  ...[
    '192.0.2.1',
    '192.0.2.0/24',
    '192.0.2.1/33',
    '2001:db8::1',
    '2001:db8::/64',
    'fe80::1%eth0',
    '::ffff:192.0.2.1',
    '0.0.0.0',
    '::/0',
    '255.0.255.0',
    'ffff::',
    'default',
  ],
  ...[
    '52:54:00:00:00:02',
    '52:54:00:00:00:0G',
    'eth0',
    'bond0',
    'tap1',
    'lo',
    'vlan',
    'bond',
    'phy',
    'ipv4',
    'ipv6_dhcp',
    'static',
    'dhcp',
    'static6',
    'manual',
    'disabled',
  ],
  ...[
    'true',
    'no',
    'on',
    'null',
    '~',
    '1',
    '2',
    'root',
    'Root',
    'admin:x',
    'en_US.UTF-8',
    'Europe/Paris',
    '\\x2f',
    '\\040',
    '\\134',
    '"',
    "'",
    '\\',
    '=',
    ':',
    ' - ',
    '- a',
    '{',
    '}',
    '[',
    ']',
  ],
];

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { weight: 5, arbitrary: word },
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 1.5, 4094, 4095, 65536, 2 ** 53, {}, [], [[]]),
    },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.dictionary(word, tie('value'), { maxKeys: 4 }) },
  ),
}));

interface Edit {
  readonly path: readonly number[];
  readonly how: 'replace' | 'remove' | 'add' | 'repeat';
  readonly key: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'repeat'),
  key: word,
  value,
});

/** One of these documents, changed in a few places: near enough to what is right to get far into its reader. */
export function nearDocument(...documents: readonly object[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .tuple(fc.constantFrom(...documents), fc.array(edit, { maxLength: 4 }))
        .map(([document, edits]) => edits.reduce(edited, structuredClone(document) as unknown)),
    },
    { weight: 1, arbitrary: value },
  );
}

/** The same as JSON, at times with the text itself damaged. */
export function nearJson(...documents: readonly object[]): fc.Arbitrary<string> {
  return damaged(nearDocument(...documents).map((document) => JSON.stringify(document) ?? ''));
}

/** One of these texts with pieces of it replaced, removed and put in. */
export function nearText(...texts: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.record({ at: fc.nat(), cut: fc.nat(12), put: fc.oneof(word, fc.constant('')) });
  return fc.tuple(fc.constantFrom(...texts), fc.array(piece, { maxLength: 6 })).map(([text, pieces]) =>
    pieces.reduce((before, { at, cut, put }) => {
      const place = at % (before.length + 1);
      return before.slice(0, place) + put + before.slice(place + cut);
    }, text),
  );
}

export const anyWord = word;

function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: text.chain((each) => nearText(each)) });
}

function edited(document: unknown, { path, how, key, value: put }: Edit): unknown {
  let at = document as Record<string, unknown>;
  for (const [depth, choice] of path.entries()) {
    if (typeof at !== 'object' || at === null) return document;
    const keys = Object.keys(at);
    const name = keys[choice % Math.max(1, keys.length)];
    if (name === undefined) return document;
    const next = at[name];
    const goesOn = depth < path.length - 1 && typeof next === 'object' && next !== null;
    if (goesOn) {
      at = next as Record<string, unknown>;
      continue;
    }
    change(at, name, how, key, put);
    return document;
  }
  return document;
}

function change(at: Record<string, unknown>, name: string, how: Edit['how'], key: string, put: unknown): void {
  if (Array.isArray(at)) {
    if (how === 'remove') at.splice(Number(name), 1);
    else if (how === 'repeat') at.push(structuredClone(at[Number(name)]));
    else at[Number(name)] = put;
    return;
  }
  if (how === 'remove') delete at[name];
  else
    Object.defineProperty(at, how === 'add' ? key : name, {
      value: put,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}
