import { z } from 'zod';
import { suggestion } from '../../../core/command/suggestion.ts';
import { AgentError } from '../../../core/error/agent-error.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { imageKeys } from './image-keys.ts';

/** A file with a list of images. */
export interface ImageListFile {
  readonly path: string;
  readonly text: string;
}

/** One call of a builder. */
export interface ImageCommand {
  readonly program: 'disk-image-create' | 'ramdisk-image-create';
  readonly arguments: readonly string[];
  /** Added to the caller's. */
  readonly environment: Readonly<Record<string, string>>;
}

type Image = Readonly<Record<string, unknown>>;

const defaultName = 'image';

/**
 * The calls for all images of all files. Maps with the same `imagename` are one image: lists are appended, maps joined,
 * other values replaced. A map without a name belongs to the image before it.
 * @throws AgentError `image-list.wrong` with every mistake of every file
 */
export function readImageLists(files: readonly ImageListFile[]): ImageCommand[] {
  const mistakes: string[] = [];
  const maps = files.flatMap((file) => imagesOf(file, mistakes));
  if (mistakes.length > 0) throw wrong(mistakes);
  const images = new Map<string, Image>();
  let name = defaultName;
  for (const map of maps) {
    name = typeof map.imagename === 'string' ? map.imagename : name;
    images.set(name, merge(images.get(name) ?? {}, map));
  }
  return [...images.values()].map(commandOf);
}

function imagesOf({ path, text }: ImageListFile, mistakes: string[]): Image[] {
  const reading = readYaml(text);
  if (reading.mistake !== undefined) mistakes.push(`${path}: it is not YAML: ${reading.mistake}`);
  else if (!Array.isArray(reading.value)) mistakes.push(`${path}: it is not a list of images`);
  else
    return reading.value.flatMap((value: unknown, index) => {
      const found = mistakesOf(value);
      mistakes.push(...found.map((mistake) => `${path}: entry ${index + 1}: ${mistake}`));
      return found.length === 0 ? [value as Image] : [];
    });
  return [];
}

const imageMap = z.strictObject(Object.fromEntries(imageKeys.map(({ name, schema }) => [name, schema.optional()])));

function mistakesOf(value: unknown): string[] {
  const result = imageMap.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys')
      return `${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`;
    const known = imageKeys.map(({ name }) => name);
    return issue.keys.map((key) => `unknown key ${key}${suggestion(key, known)}`);
  });
}

function merge(image: Image, more: Image): Image {
  return {
    ...image,
    ...Object.fromEntries(Object.entries(more).map(([key, value]) => [key, joined(image[key], value)])),
  };
}

function joined(old: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return [...(Array.isArray(old) ? old : []), ...value];
  if (typeof value === 'object' && value !== null) return { ...(old as object | undefined), ...value };
  return value;
}

function commandOf(image: Image): ImageCommand {
  return {
    program: image.ramdisk === true ? 'ramdisk-image-create' : 'disk-image-create',
    arguments: imageKeys.flatMap((key) => (image[key.name] === undefined ? [] : key.arguments(image[key.name]))),
    environment: (image.environment ?? {}) as Record<string, string>,
  };
}

function wrong(mistakes: readonly string[]): AgentError {
  const [first = '', ...others] = mistakes;
  const [, path = '', rest = ''] = /^(.*?): (.*)$/s.exec(first) ?? [];
  return new AgentError([rest, ...others].join('; '), {
    code: 'image-list.wrong',
    subject: path,
    remedy: 'correct it; nothing is built while any file is wrong',
  });
}
