import { z } from 'zod';

/** A path below the store, as all three boot loaders read it: no white space, nothing that a script of theirs reads into. */
const storePath = z
  .string()
  .regex(/^[\w.+@=-]+(?:\/[\w.+@=-]+)*$/, 'is not a path below the store of letters, digits and . _ + @ = - /')
  .refine((path) => !path.split('/').some((name) => name.startsWith('.')), 'has a part that starts with a dot');

/** Words for a kernel. What a boot loader would put a variable in for, or take for the end of the line, is refused. */
const kernelArguments = z
  .string()
  .regex(/^[\x20-\x7e]*$/, 'has characters other than printable ASCII')
  .refine((text) => !text.includes("'") && !/\$\{|(?:^|\s)(?:&&|\|\|)(?:\s|$)/.test(text), "has ', ${, && or ||");

const mac = z
  .string()
  .regex(/^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i, 'is not a MAC address such as 52:54:00:12:34:56')
  .transform((text) => text.toLowerCase().replaceAll('-', ':'));

const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'is not a UUID')
  .transform((text) => text.toLowerCase());

const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a name of lower-case letters, digits and -');

/** A system that is booted from the network. */
const boot = z.strictObject({
  kernel: storePath,
  initrd: z.union([storePath.transform((path) => [path]), z.array(storePath)]).default([]),
  arguments: kernelArguments.default(''),
});

const machine = z
  .strictObject({
    name: name.optional(),
    mac: z.union([mac.transform((each) => [each]), z.array(mac).min(1)]).default([]),
    uuid: uuid.optional(),
    boot: name,
    image: storePath.optional(),
    payload: z.string().startsWith('/', 'is not an absolute path').optional(),
    disk: z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'is not a path or a serial number')
      .optional(),
    replace: z.boolean().default(false),
  })
  .refine(({ mac, uuid }) => mac.length > 0 || uuid !== undefined, 'has neither mac nor uuid');

/** What a file of profiles says. */
export const profilesSchema = z.strictObject({
  version: z.literal(1),
  boots: z.record(name, boot).default({}),
  machines: z.array(machine).default([]),
  /** What a machine boots that is not in the list. */
  others: name.default('local'),
});

export type Boot = z.infer<typeof boot>;
export type Machine = z.infer<typeof machine>;
export type Profiles = z.infer<typeof profilesSchema>;

export const noProfiles: Profiles = profilesSchema.parse({ version: 1 });
