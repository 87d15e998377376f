import { expect, test } from 'vitest';
import { mountUnitOf } from '../../../../src/core/system/unit-name.ts';

test.each([
  ['/srv/data', 'srv-data.mount'],
  ['/srv/my-data_2', 'srv-my\\x2ddata_2.mount'],
  ['/srv/a+b=c@d', 'srv-a\\x2bb\\x3dc\\x40d.mount'],
  ['/srv/é', 'srv-\\xc3\\xa9.mount'],
  ['/data/x.y:z', 'data-x.y:z.mount'],
])('the unit of %s is %s', (mountPoint, unit) => {
  expect(mountUnitOf(mountPoint)).toBe(unit);
});
