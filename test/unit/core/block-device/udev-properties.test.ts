import { expect, test } from 'vitest';
import { findInitialized } from '../../../../src/core/block-device/udev-properties.ts';

const list = () => [
  { DEVNAME: '/dev/sda', USEC_INITIALIZED: '1234567', syspath: '/sys/devices/x/sda' },
  { DEVNAME: '/dev/sdb', syspath: '/sys/devices/x/sdb' },
  { USEC_INITIALIZED: '1234567', syspath: '/sys/devices/x/gone' },
];

test('a device that udev has not come to is not among those that it knows', () => {
  expect(findInitialized({ list })).toEqual(['/dev/sda']);
});

test('without the addon nothing is known, and udevadm is asked', () => {
  expect(findInitialized(undefined)).toEqual([]);
});
