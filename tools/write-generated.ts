import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generated } from './generated.ts';

/** Writes every file that is made of a table of the programs; a test tells when one of them is out of date. */
for (const [path, render] of Object.entries(generated)) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, render());
}
