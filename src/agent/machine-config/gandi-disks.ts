import { z } from 'zod';
import { type AssignmentKey, assignmentKeys } from '../assignment/assignment-keys.ts';
import { selectorNames } from '../assignment/assignment.ts';
import { type AssignmentTexts, unwritable } from '../assignment/render-assignment.ts';
import type { PartReader } from './part-reader.ts';
import type { AssignedDisk } from './machine-config.ts';

const text = z.string().superRefine((value, context) => {
  const message = unwritable(value);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** An item of `disks`: the keys of an assignment in lower case, of which `assignmentKeys` has the rules. */
const assignedDisk = z.object({
  serial: text.nullish(),
  wwn: text.nullish(),
  label: text.nullish(),
  uuid: text.nullish(),
  path: text,
  options: text.nullish(),
  owner: text.nullish(),
  read_only: z.boolean().nullish(),
  hook: text.nullish(),
  services: z.array(text).max(32).nullish(),
});

const name = /^[a-z0-9][a-z0-9-]{0,62}$/;
const maximalDisks = 256;

/** What a payload says of disks: by a name of its own for each. */
export const assignedDisks = z.record(z.string().regex(name), assignedDisk);

/**
 * Each disk is a part of its own.
 * @param value of the key `disks`
 * @returns null where the payload says nothing of disks, not even that there are none
 */
export function readDisks(value: unknown, reader: PartReader): AssignedDisk[] | null {
  if (value === undefined || value === null) return null;
  const mistakesBefore = reader.mistakes.length;
  const items = Object.entries(reader.object(value, ['disks']));
  if (items.length > maximalDisks) reader.mistake(['disks'], `has more than ${maximalDisks} items`);
  if (reader.mistakes.length > mistakesBefore) return null;
  return items.flatMap(([each, item]) => readDisk(each, item, reader) ?? []);
}

function readDisk(key: string, value: unknown, reader: PartReader): AssignedDisk | undefined {
  const path = ['disks', key];
  if (!name.test(key)) {
    reader.mistake(path, 'must have a name of lower-case letters, digits and -, 63 characters at most');
    return undefined;
  }
  const item = reader.read(assignedDisk, value, path);
  if (item === undefined) return undefined;
  const texts = textsOf(item);
  const mistakesBefore = reader.mistakes.length;
  for (const [word, written] of Object.entries(texts)) {
    const schema: z.ZodType<unknown> = assignmentKeys[word as AssignmentKey].schema;
    reader.read(schema, written, [...path, word.toLowerCase()]);
  }
  if (selectorNames.every((selector) => texts[selector] === undefined))
    reader.mistake(path, 'says with none of serial, wwn, label and uuid which disk is meant');
  return reader.mistakes.length > mistakesBefore ? undefined : { name: key, texts };
}

function textsOf(item: z.output<typeof assignedDisk>): AssignmentTexts {
  const texts: Record<AssignmentKey, string | null | undefined> = {
    SERIAL: item.serial,
    WWN: item.wwn,
    LABEL: item.label,
    UUID: item.uuid,
    PATH: item.path,
    OPTIONS: item.options,
    OWNER: item.owner,
    READ_ONLY: item.read_only === true ? 'yes' : null,
    HOOK: item.hook,
    SERVICES: item.services?.join(' ') || null,
  };
  return Object.fromEntries(Object.entries(texts).filter(([, written]) => typeof written === 'string'));
}
