/** Words of CONFIG_DATA_DISKS that name the data disks of one platform; rules/86-gandi.rules has the lines of each. */
export const platformNames = [
  'gandi',
  'hetzner',
  'digitalocean',
  'ebs',
  'scaleway',
  'gce',
  'openstack',
  'virtio',
] as const;

export type PlatformName = (typeof platformNames)[number];

/** All words of CONFIG_DATA_DISKS. */
export const dataDiskWords = ['auto', ...platformNames, 'all-but-system'] as const;

export type DataDiskWord = (typeof dataDiskWords)[number];
