import { expect, test } from 'vitest';
import { planFstab } from '../../../../src/agent/config/plan-fstab.ts';

const root = { path: '/dev/vda1', type: 'ext4', uuid: '11111111-2222-3333-4444-555555555555' };
const facts = (text: string, more = {}) => ({ text, root, day: '20260131', ...more });
const contentOf = (text: string) => {
  const [action] = planFstab(facts(text))?.actions ?? [];
  return action?.kind === 'replace-checked' ? action.content : undefined;
};

test('D7: the line of the root file system alone is changed, its first field alone', () => {
  const text = '# a comment\n/dev/vda1\t/  ext4\terrors=remount-ro 0 1\n/dev/vda15 /boot/efi vfat umask=0077 0 1\n';
  expect(contentOf(text)).toBe(text.replace('/dev/vda1\t', `UUID=${root.uuid}\t`));
});

test('L25: no quote is left in what is written', () => {
  expect(contentOf('/dev/vda1 / ext4 defaults 0 1\n')).toBe(`UUID=${root.uuid} / ext4 defaults 0 1\n`);
});

test.each([
  'UUID=aaaa / ext4 defaults 0 1\n',
  'LABEL=root / ext4 defaults 0 1\n',
  'PARTUUID=12-34 / ext4 defaults 0 1\n',
  'PARTLABEL=gandiroot / ext4 defaults 0 1\n',
  '/dev/mapper/vg-root_data / ext4 defaults 0 1\n',
  '/dev/disk/by-id/x / ext4 defaults 0 1\n',
  // Another device than the one that is mounted there: nobody can say which of them is meant.
  '/dev/sda1 / ext4 defaults 0 1\n',
  '/dev/vda1 / ext4 defaults 0 1\n/dev/vda1 / ext4 ro 0 1\n',
  '#/dev/vda1 / ext4 defaults 0 1\n',
  '/dev/vda1 /srv ext4 defaults 0 1\n',
  '',
])('D7: %j is left alone', (text) => {
  expect(planFstab(facts(text))).toBeUndefined();
});

test('without a file, or with a root that the kernel names no device for, nothing is done', () => {
  expect(planFstab(facts('', { text: undefined }))).toBeUndefined();
  expect(planFstab(facts('/dev/vda1 / ext4 defaults 0 1\n', { root: undefined }))).toBeUndefined();
});

test('the old file is kept under a name with the day', () => {
  expect(planFstab(facts('/dev/vda1 / ext4 defaults 0 1\n'))?.actions).toMatchObject([
    { check: 'fstab', backup: '/etc/fstab.gandi-20260131' },
  ]);
});
