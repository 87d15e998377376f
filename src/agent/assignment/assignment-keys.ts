import { installedDocuments } from '../../core/error/installed-documents.ts';
import { z } from 'zod';
import { refusedOption } from './assigned-options.ts';
import { systemFolderOf } from './system-folders.ts';

const selector = z.string().max(255, 'must have 255 characters at most');

const absolute = z
  .string()
  .max(1024, 'must have 1024 characters at most')
  .regex(/^(?:\/[^/]+)+$/, 'must be an absolute path without a slash at its end')
  .refine((path) => !/\/\.{1,2}(?:\/|$)/.test(path), 'must have no . and no .. in it');

const mountPoint = absolute.refine(
  (path) => systemFolderOf(path) === undefined,
  'must be outside of the folders of the system',
);

const options = z.string().superRefine((text, context) => {
  const refused = refusedOption(text);
  if (refused === undefined) return;
  const message = `must have options of ${installedDocuments}/data-disks.md only, and ${JSON.stringify(refused)} is not one of them`;
  context.addIssue({ code: 'custom', message });
});

// useradd(8) and systemd: what a name may be made of; or a number.
const owner = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.-]{0,31}(?::[A-Za-z0-9_][\w.-]{0,31})?$/, 'must be a user, or user:group');

// systemd.unit(5), as for /etc/gandi/services.d.
const services = z
  .string()
  .transform((text) => text.split(/\s+/).filter((name) => name !== ''))
  .pipe(
    z.array(
      z.string().regex(/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,239}$/, 'must be names of units, separated by spaces'),
    ),
  );

/** Every key of an assignment. To add one: a line here and in docs/data-disks.md, and the field that it fills. */
export const assignmentKeys = {
  SERIAL: { schema: selector, meaning: 'serial that the platform set for the disk, as disk list shows it' },
  WWN: { schema: selector, meaning: 'ID_WWN or ID_WWN_WITH_EXTENSION of udev' },
  LABEL: { schema: selector, meaning: 'label of the file system; the one who made the disk chose it' },
  UUID: { schema: selector, meaning: 'UUID of the file system; the one who made the disk chose it' },
  PATH: { schema: mountPoint, meaning: 'folder where the disk is mounted' },
  OPTIONS: { schema: options, meaning: 'mount options, instead of CONFIG_MOUNT_PARAMS' },
  OWNER: {
    schema: owner,
    meaning: 'user or user:group who gets the top folder of a file system that is new and empty',
  },
  READ_ONLY: {
    schema: z.enum(['yes', 'no'], 'must be yes or no').transform((word) => word === 'yes'),
    meaning: 'yes: not one byte of the disk changes',
  },
  HOOK: { schema: absolute, meaning: 'program that is told of this disk, instead of the hooks for all disks' },
  SERVICES: { schema: services, meaning: 'units that use the disk, separated by spaces' },
} as const;

export type AssignmentKey = keyof typeof assignmentKeys;

export function isAssignmentKey(key: string): key is AssignmentKey {
  return Object.hasOwn(assignmentKeys, key);
}
