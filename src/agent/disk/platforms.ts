import type { UdevProperties } from '../../core/block-device/udev-properties.ts';
import { matchesPattern } from '../../core/text/shell-pattern.ts';
import { type PlatformName, platformNames } from '../flags/platforms.ts';

/** What udev knows of a device, and what of it the rules look at beside that. */
interface Seen {
  readonly kernelName: string;
  readonly properties: Readonly<UdevProperties>;
}

/**
 * How a platform's own mark on its volumes is recognised, in the words of rules/86-gandi.rules: a test holds the two together. Each
 * looks at what the platform sets, and never at what is written on the disk.
 */
const marks: Readonly<Record<PlatformName, (seen: Seen) => boolean>> = {
  gandi: ({ kernelName, properties }) => isLike(properties.ID_VENDOR, 'gandi.ne') || isLike(kernelName, 'xvd*'),
  hetzner: ({ properties }) => isLike(properties.ID_SERIAL, '0HC_Volume_*'),
  digitalocean: ({ properties }) => isLike(properties.ID_SERIAL, '0DO_Volume_*'),
  ebs: ({ kernelName, properties }) =>
    isLike(kernelName, 'nvme*') && isLike(properties.ID_MODEL, 'Amazon?Elastic?Block?Store*'),
  scaleway: ({ properties }) => isLike(properties.ID_VENDOR, 'SCW'),
  gce: ({ properties }) => isLike(properties.ID_SERIAL, '0Google_PersistentDisk_*'),
  openstack: ({ kernelName, properties }) =>
    isLike(kernelName, 'vd*') && isLike(properties.ID_SERIAL, '????????-????-????-?*'),
  virtio: ({ kernelName, properties }) =>
    isLike(kernelName, 'vd*') && isLike(properties.ID_SERIAL, '?*') && !isLike(properties.ID_SERIAL, 'gandiswap'),
};

/** The platform whose volume the device looks like; the most particular one. undefined where it looks like none. */
export function platformOf(kernelName: string, properties: Readonly<UdevProperties>): PlatformName | undefined {
  return platformNames.find((name) => marks[name]({ kernelName, properties }));
}

function isLike(text: string | undefined, pattern: string): boolean {
  return text !== undefined && matchesPattern(text, pattern);
}
