import { type Mount, observeMounts } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { observeAttached, type SeenDisk } from './observe-attached.ts';

/** What a handler knows of a device that a layer lies on, right before it acts. */
export interface LayerDevice {
  readonly properties: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** undefined where the device is gone. */
  readonly seen: SeenDisk | undefined;
}

/** Looks at a device once more. @param device its node, `/dev/sdb1` @param layer the one that is about to change */
export async function lookAtLayerDevice(system: System, device: string, layer: LayerName): Promise<LayerDevice> {
  const properties = await observeUdevProperties(system, device);
  const mounts = await observeMounts(system);
  const name = device.slice('/dev/'.length);
  return { properties, mounts, seen: await observeAttached(system, name, properties, mounts, [], [layer]) };
}
