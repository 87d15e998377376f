import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('./corpus/', import.meta.url);

/** Every input of a target that ever failed, by the name of its file. */
export function readCorpus(target: string): readonly (readonly [file: string, text: string])[] {
  const own = new URL(`${target}/`, folder);
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .sort()
    .map((file) => [file, readFileSync(new URL(file, own), 'utf8')] as const);
}

/** Keeps an input that failed: it is to be committed with the change that mends what it broke. */
export function keep(target: string, text: string): string {
  const own = new URL(`${target}/`, folder);
  mkdirSync(own, { recursive: true });
  const file = createHash('sha256').update(text).digest('hex').slice(0, 16);
  writeFileSync(new URL(file, own), text);
  return `test/fuzz/corpus/${target}/${file}`;
}
