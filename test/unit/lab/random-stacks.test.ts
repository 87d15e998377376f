import { expect, test } from 'vitest';
import { describeStack, randomStacks, stackCommands } from '../../vm/random-stacks.ts';

test('the same seed gives the same stacks, another gives others', () => {
  expect(randomStacks(1, 50)).toEqual(randomStacks(1, 50));
  expect(randomStacks(1, 50)).not.toEqual(randomStacks(2, 50));
});

test('every kind of layer, every depth and every way to go is among two hundred', () => {
  const stacks = randomStacks(1, 200);
  expect(new Set(stacks.flatMap(({ layers }) => layers))).toEqual(new Set(['partition', 'md', 'luks', 'lvm']));
  expect(new Set(stacks.map(({ layers }) => layers.length))).toEqual(new Set([1, 2, 3]));
  expect(new Set(stacks.map(({ removal }) => removal)).size).toBe(3);
});

test('two disks are joined, and a mirror has two', () => {
  for (const stack of randomStacks(3, 500)) {
    const joins = stack.layers.some((layer) => layer === 'md' || layer === 'lvm');
    expect(stack.disks === 1 || joins, describeStack(stack)).toBe(true);
    expect(stack.disks === 2 || !stack.layers.includes('md'), describeStack(stack)).toBe(true);
    expect(stack.layers.indexOf('partition')).toBeLessThanOrEqual(0);
    const [md, lvm] = [stack.layers.indexOf('md'), stack.layers.indexOf('lvm')];
    expect(lvm < 0 || md < lvm, describeStack(stack)).toBe(true);
  }
});

test('each layer lies on the one before, and comes down in the other order', () => {
  const stack = { number: 7, disks: 2, fileSystem: 'ext4', removal: 'pulled', isReversed: false } as const;
  const build = stackCommands({ ...stack, layers: ['partition', 'luks', 'lvm'] }, ['/dev/a', '/dev/b']);
  expect(build).toContain('blkid -p -s UUID -o value /dev/b1');
  expect(build).toContain('vgcreate -q s7 /dev/mapper/s7-0 /dev/mapper/s7-1');
  expect(build).toMatch(/mkfs\.ext4 -q -L s7 \/dev\/s7\/data .*vgchange -q -an s7 && cryptsetup close s7-0/);
});
