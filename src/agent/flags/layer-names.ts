/** Words of CONFIG_LAYERS: what may be built on data disks and is managed then. */
export const layerNames = ['luks', 'lvm', 'md', 'multipath'] as const;

export type LayerName = (typeof layerNames)[number];
