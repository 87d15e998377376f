import { z } from 'zod';
import { absoluteBytes } from './sizes.ts';

/** Names and labels that YAML takes for numbers are texts all the same. */
const text = z.union([z.string(), z.number().transform(String)]).pipe(z.string().min(1));

const size = z.union([z.string().min(1), z.number().nonnegative()], { error: 'needs a size such as 10GiB or 50%' });

const bytes = size.transform((written, context) => {
  const count = absoluteBytes(written);
  if (count !== undefined && count > 0) return count;
  context.addIssue({ code: 'custom', message: `'${written}' is not a size such as 1MiB or 10GB` });
  return z.NEVER;
});

const words = z
  .string()
  .transform((line) => line.split(/\s+/).filter((word) => word !== ''))
  .or(z.array(text));

export const diskSettings = z.object({
  name: text,
  size: bytes.optional(),
  block_size: z.coerce
    .number()
    .pipe(z.literal([512, 1024, 2048, 4096], { error: 'needs 512, 1024, 2048 or 4096' }))
    .default(512),
});

const partitionSettings = z.object({
  name: text,
  size,
  type: text.optional(),
  flags: z.array(z.enum(['boot', 'primary'], { error: 'unknown flag: known are boot and primary' })).default([]),
});

export const tableSettings = z.object({
  base: text,
  name: text,
  label: z.enum(['mbr', 'gpt'], { error: 'needs mbr or gpt' }),
  align: bytes.optional(),
  partitions: z.array(partitionSettings, { error: 'needs a list of partitions' }),
});

export const fileSystemSettings = z.object({
  base: text,
  name: text,
  type: text,
  label: text.optional(),
  uuid: text.optional(),
  opts: words.optional(),
});

export const mountSettings = z.object({ base: text, name: text, mount_point: text });

const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().nonnegative());

export const fstabSettings = z.object({
  base: text,
  name: text,
  options: text.default('defaults'),
  'dump-freq': count.default(0),
  'fsck-passno': count.default(2),
});

const options = words.default([]);
const list = z.union([z.array(text).min(1), text.transform((name) => [name])]);

export const lvmSettings = z.object({
  name: text,
  pvs: z.array(z.object({ name: text, base: text, options })).min(1),
  vgs: z.array(z.object({ name: text, base: list, options })).min(1),
  lvs: z.array(
    z
      .object({
        name: text,
        base: text,
        options,
        size: bytes.optional(),
        extents: text.optional(),
        type: text.optional(),
        'thin-pool': text.optional(),
      })
      .refine(({ size, extents }) => size !== undefined || extents !== undefined, {
        error: "needs 'size' or 'extents'",
      }),
  ),
});
