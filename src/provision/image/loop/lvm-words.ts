import { z } from 'zod';

/**
 * The words of lvm(8) for a command that knows only these devices, talks neither to device-mapper nor to udev, and keeps
 * nothing on the host; settings are those of lvmconfig(8).
 * @param folder for its locks
 */
export function lvmWords(
  folder: string,
  devices: readonly string[],
  command: string,
  words: readonly string[],
): string[] {
  const known = [...devices.map((device) => `"a|^${device}$|"`), '"r|.*|"'].join(',');
  const settings = [
    `devices{use_devicesfile=0 filter=[${known}] global_filter=[${known}] hints="none" obtain_device_list_from_udev=0}`,
    `global{locking_dir="${folder}" use_lvmlockd=0 use_lvmpolld=0 event_activation=0}`,
    'activation{udev_sync=0 udev_rules=0 monitoring=0}',
    'backup{backup=0 archive=0}',
  ];
  return [command, '--driverloaded', 'n', '--config', settings.join(' '), ...words];
}

/** A piece of a logical volume on a physical volume. */
export interface Segment {
  readonly device: string;
  readonly group: string;
  readonly volume: string;
  /** `linear`, `striped`. */
  readonly kind: string;
  /** Bytes from the beginning of the logical volume. */
  readonly start: number;
  /** Bytes from the beginning of the device. */
  readonly offset: number;
  readonly bytes: number;
}

/** All pieces of volumes on the devices, by pvs(8). */
export async function readSegments(pvs: (words: readonly string[]) => Promise<string>): Promise<Segment[]> {
  const fields = Object.keys(row.shape).join(',');
  const asked = ['--segments', '--reportformat', 'json', '--units', 'b', '--nosuffix', '--options', fields];
  const { report } = reply.parse(JSON.parse(await pvs(asked)));
  return report
    .flatMap(({ pvseg }) => pvseg)
    .filter(({ lv_name: volume }) => volume !== '')
    .map((each) => ({
      device: each.pv_name,
      group: each.vg_name,
      volume: each.lv_name,
      kind: each.segtype,
      start: each.seg_start,
      offset: each.pe_start + each.pvseg_start * each.vg_extent_size,
      bytes: each.pvseg_size * each.vg_extent_size,
    }));
}

const count = z.string().regex(/^\d+$/).transform(Number);
/** Room that is free is a piece of no volume, with an empty start. */
const start = z
  .literal('')
  .transform(() => 0)
  .or(count);

const row = z.object({
  pv_name: z.string(),
  pe_start: count,
  vg_name: z.string(),
  vg_extent_size: count,
  lv_name: z.string(),
  segtype: z.string(),
  seg_start: start,
  pvseg_start: count,
  pvseg_size: count,
});

const reply = z.object({ report: z.array(z.object({ pvseg: z.array(row) })) });
