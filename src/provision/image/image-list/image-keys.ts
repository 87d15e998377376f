import { z } from 'zod';

/** A key of an image's map: what may stand there, and the arguments of disk-image-create that it becomes. */
interface ImageKey {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly description: string;
  arguments(value: unknown): string[];
}

const text = z.string({ error: 'needs a text' });
const texts = z.array(text, { error: 'needs a list of texts' });
const textMap = z.record(z.string(), text, { error: 'needs a map of texts' });
const positive = z.int({ error: 'needs a whole number' }).positive({ error: 'needs 1 or more' });
const oneOf = (words: readonly string[]) => z.enum(words, { error: `needs one of ${words.join(', ')}` });

const architectures = 'aarch64 amd64 arm64 armhf powerpc ppc64 ppc64el ppc64le s390x x86_64'.split(' ');
const types = 'qcow2 tar tgz squashfs vhd docker aci raw vmdk vdi vhdx vpc'.split(' ');

function valued(name: string, description: string, schema: z.ZodType = text, option = `--${name}`): ImageKey {
  return { name, schema, description, arguments: (value) => (value === '' ? [] : [option, String(value)]) };
}

function flag(name: string, description: string, option = `--${name}`): ImageKey {
  const schema = z.boolean({ error: 'needs true or false' });
  return { name, schema, description, arguments: (value) => (value === true ? [option] : []) };
}

function joined(name: string, description: string, schema: z.ZodType, option: string): ImageKey {
  const words = (value: unknown) => (value as readonly string[]).join(',');
  return { name, schema, description, arguments: (value) => (words(value) === '' ? [] : [option, words(value)]) };
}

/** Every key, in the order of the arguments that come of them. */
export const imageKeys: readonly ImageKey[] = [
  valued('imagename', 'name of the image', text, '-o'),
  valued('arch', 'architecture of the image', oneOf(architectures), '-a'),
  joined('types', 'types of images', z.array(oneOf(types), { error: 'needs a list of types' }), '-t'),
  { name: 'environment', schema: textMap, description: 'variables of the build', arguments: () => [] },
  { name: 'ramdisk', schema: z.boolean(), description: 'build a ramdisk, which is refused', arguments: () => [] },
  {
    name: 'debug-trace',
    schema: z.literal([0, 1, 2], { error: 'needs 0, 1 or 2' }),
    description: 'how much is told of the build',
    arguments: (value) => Array.from({ length: Number(value) }, () => '-x'),
  },
  flag('uncompressed', 'do not compress the image', '-u'),
  flag('clear', 'leave out variables that the builder itself does not read', '-c'),
  valued('logfile', 'write the output to this file'),
  flag('checksum', 'write checksums beside the images'),
  valued('image-size', 'size of the image in GiB', positive),
  valued('image-extra-size', 'free space in the image in MiB', positive),
  valued('image-cache', 'folder for what is kept between builds'),
  valued('max-online-resize', 'blocks up to which a mounted file system can grow', positive),
  valued('min-tmpfs', 'GiB of memory for a build in memory', positive),
  valued('mkfs-journal-size', 'size of the journal of ext4 in MiB', positive),
  valued('mkfs-options', 'further options for mkfs of the root file system'),
  flag('no-tmpfs', 'do not build in memory'),
  flag('offline', 'use what the cache holds'),
  {
    name: 'qemu-img-options',
    schema: textMap,
    description: 'options for qemu-img',
    arguments: (value) => {
      const options = Object.entries(value as Record<string, string>).map(([key, option]) => `${key}=${option}`);
      return options.length === 0 ? [] : ['--qemu-img-options', options.join(',')];
    },
  },
  valued('root-label', 'label of the root file system'),
  valued('ramdisk-element', 'without meaning here'),
  valued('install-type', 'source or package', oneOf(['source', 'package'])),
  valued('docker-target', 'name and tag for docker import'),
  joined('packages', 'packages to install', texts, '-p'),
  flag('skip-base', 'leave out the element base', '-n'),
  {
    name: 'elements',
    schema: texts,
    description: 'elements of the image',
    arguments: (value) => [...(value as string[])],
  },
];
