import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { platformOf } from '../../../../src/agent/disk/platforms.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { dataDiskWords, platformNames } from '../../../../src/agent/flags/platforms.ts';

const rules = readFileSync('rules/86-gandi.rules', 'utf8');

test.each(platformNames)('%s has a line in the rules, which says by which word it marks', (name) => {
  expect(rules).toMatch(
    new RegExp(`^[^#\\n].*ENV\\{GANDI_DATA_DISK\\}="1", ENV\\{GANDI_DATA_DISK_OF\\}="${name}"$`, 'm'),
  );
});

test('every word of the flag is in the rules', () => {
  const inRules = (word: string) =>
    rules.includes(`=="* ${word} *"`) || rules.includes(`!="* ${word} *"`) || word === 'gandi';
  expect(dataDiskWords.filter((word) => !inRules(word))).toEqual([]);
});

test.each([
  ['sdb', { ID_VENDOR: 'gandi.ne', ID_SERIAL: '0gandi.ne_vol-1' }, 'gandi'],
  ['xvdb', {}, 'gandi'],
  ['sdb', { ID_SERIAL: '0HC_Volume_12345678' }, 'hetzner'],
  ['sdb', { ID_SERIAL: '0DO_Volume_backup' }, 'digitalocean'],
  ['nvme1n1', { ID_MODEL: 'Amazon Elastic Block Store', ID_SERIAL: 'vol0123' }, 'ebs'],
  ['nvme1n1', { ID_MODEL: 'Amazon_Elastic_Block_Store' }, 'ebs'],
  ['nvme1n1', { ID_MODEL: 'Amazon EC2 NVMe Instance Storage' }, undefined],
  ['sdb', { ID_VENDOR: 'SCW' }, 'scaleway'],
  ['sdb', { ID_SERIAL: '0Google_PersistentDisk_data' }, 'gce'],
  ['vdb', { ID_SERIAL: '0b6dbbcd-1d3e-4f0a-9' }, 'openstack'],
  ['vdb', { ID_SERIAL: 'data' }, 'virtio'],
  ['vdb', { ID_SERIAL: 'gandiswap' }, undefined],
  ['vdb', {}, undefined],
  ['sdb', { ID_VENDOR: 'QEMU', ID_SERIAL: '0QEMU_QEMU_HARDDISK_x' }, undefined],
])('%s with %j looks like a volume of %s', (name, properties, platform) => {
  expect(platformOf(name, properties)).toBe(platform);
});

test('CONFIG_DATA_DISKS takes several words, and no other', () => {
  expect(parseFlags('CONFIG_DATA_DISKS="hetzner  virtio"').flags.CONFIG_DATA_DISKS).toEqual(['hetzner', 'virtio']);
  expect(parseFlags('').flags.CONFIG_DATA_DISKS).toEqual(['auto']);
  const { flags, warnings } = parseFlags('CONFIG_DATA_DISKS="hetzner azure"');
  expect(flags.CONFIG_DATA_DISKS).toEqual(['auto']);
  expect(warnings).toEqual([expect.stringMatching(/must be one or more of auto, gandi, .*all-but-system/)]);
});
