import { expect, test } from 'vitest';
import { commandFor } from '../../../../src/provision/netboot/download-command.ts';

test.each([
  'wget --no-verbose',
  'wget -q --tries=1 --timeout=5',
  'curl -O --silent',
  'curl -fsSLO',
  'curl --fail --location --remote-name',
  '',
])('%j is what we do ourselves', (words) => {
  expect(commandFor(words.split(' ').filter((word) => word !== ''))).toBeUndefined();
});

test.each(['curl -O --cacert ca.pem', 'curl -OH x', 'wget --user me', 'aria2c', 'toString'])(
  '%j is started',
  (words) => {
    const [name, ...args] = words.split(' ');
    expect(commandFor(words.split(' '))).toEqual({ name, args });
  },
);
