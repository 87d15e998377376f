import { z } from 'zod';

/** One physical volume as `pvs --reportformat json` has it: lvmreport(7). All values are text. */
const volumeSchema = z.object({
  pv_name: z.string(),
  pv_missing: z.string(),
  pv_used: z.string(),
  pv_size: z.string(),
  pe_start: z.string(),
  dev_size: z.string(),
  vg_name: z.string(),
  vg_uuid: z.string(),
  vg_exported: z.string(),
  vg_shared: z.string(),
  vg_systemid: z.string(),
  vg_extent_size: z.string(),
  vg_free_count: z.string(),
  lv_count: z.string(),
});

export type ReportedVolume = z.infer<typeof volumeSchema>;

const schema = z.object({ report: z.array(z.object({ pv: z.array(volumeSchema).default([]) })) });

/** Sizes in bytes, without a unit. */
export const volumeReport = [
  'pvs',
  '--reportformat=json',
  '--units=b',
  '--nosuffix',
  `--options=${Object.keys(volumeSchema.shape).join(',')}`,
] as const;

/** @throws Error for any other text */
export function parseVolumeReport(text: string): ReportedVolume[] {
  return schema.parse(JSON.parse(text)).report.flatMap(({ pv }) => pv);
}

/** A logical volume as `lvs --reportformat json` has it. */
const logicalSchema = z.object({
  vg_name: z.string(),
  lv_name: z.string(),
  lv_layout: z.string(),
  lv_kernel_major: z.string(),
  lv_kernel_minor: z.string(),
});

export type LogicalVolume = z.infer<typeof logicalSchema>;

/** @param group UUID of a volume group, of which they are asked */
export function logicalReport(group: string): string[] {
  const options = `--options=${Object.keys(logicalSchema.shape).join(',')}`;
  return ['lvs', '--reportformat=json', options, '--select', `vg_uuid=${group}`];
}

/** @throws Error for any other text */
export function parseLogicalReport(text: string): LogicalVolume[] {
  const logical = z.object({ report: z.array(z.object({ lv: z.array(logicalSchema).default([]) })) });
  return logical.parse(JSON.parse(text)).report.flatMap(({ lv }) => lv);
}
