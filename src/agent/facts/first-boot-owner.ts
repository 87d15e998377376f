import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../../core/system/system.ts';

/** Who configures this machine at its first boot. */
export type FirstBootOwner = 'gandi-agent' | 'cloud-init';

/**
 * cloud-init's generator leaves this file once it has found a data source
 * (https://cloudinit.readthedocs.io/en/latest/explanation/boot.html, "Generator"); an image that merely has
 * cloud-init installed has none.
 */
const cloudInitMark = '/run/cloud-init/enabled';

/** Of two agents that set the same host name, users and network only one may; CONFIG_FIRST_BOOT decides. */
export async function observeFirstBootOwner({ files }: System, flags: Flags): Promise<FirstBootOwner> {
  if (flags.CONFIG_FIRST_BOOT !== 'auto') return flags.CONFIG_FIRST_BOOT === '1' ? 'gandi-agent' : 'cloud-init';
  return (await files.status(cloudInitMark)) === undefined ? 'gandi-agent' : 'cloud-init';
}
