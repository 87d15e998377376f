import { expect, test } from 'vitest';
import { releaseSumOf, sumOf } from '../../../../src/provision/netboot/sums.ts';

const sum = 'AB'.repeat(32);
const lower = sum.toLowerCase();

test.each([
  [`${sum}  ./netboot/linux\n`, lower],
  [`${sum}  netboot/linux`, lower],
  [`${sum} *netboot/linux\r\n`, lower],
  [`${sum}  ./other\n${'0'.repeat(64)}  ./netboot/linux.old\n`, undefined],
  [`${'a'.repeat(32)}  ./netboot/linux\n`, undefined],
  ['', undefined],
])('the sum in %j', (text, expected) => {
  expect(sumOf(text, 'netboot/linux')).toBe(expected);
});

test('of a Release file only the field SHA256 counts', () => {
  const line = ` ${sum} 12 main/SHA256SUMS`;
  expect(releaseSumOf(`SHA512:\n${line}\nSHA256:\n ${'0'.repeat(64)} 1 other\n${line}\n`, 'main/SHA256SUMS')).toBe(
    lower,
  );
  expect(releaseSumOf(`SHA256:\n ${sum} 1 other\nSHA1:\n${line}\n`, 'main/SHA256SUMS')).toBeUndefined();
});
