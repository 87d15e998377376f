import { basename } from 'node:path';
import type { Command, Program, Terminal } from '../core/command/command.ts';
import { runProgram } from '../core/command/run-program.ts';

/** A program that somebody's scripts call: it takes that program's arguments and ends with its exit statuses. */
export type Original = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** By the name of the program: a link of that name in /usr/lib/gandi/compat behaves as the original does. */
export const originals: Readonly<Record<string, () => Promise<Original>>> = {
  'disk-image-create': async () => (await import('./cli/disk-image-create.ts')).diskImageCreate,
  'diskimage-builder': async () => (await import('./cli/diskimage-builder.ts')).diskimageBuilder,
  'maas-import-pxe-files': async () => (await import('./cli/maas-import-pxe-files.ts')).maasImportPxeFiles,
  cdist: async () => (await import('./cdist.ts')).cdist,
};

/** Commands of `image` that are called so often that the rest of the program is not loaded for them. */
const quick: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./cli/image-build.ts')).imageBuildCommand,
  plan: async () => (await import('./cli/image-plan.ts')).imagePlanCommand,
};

/**
 * The whole program: arguments after the executable's name in, exit status out.
 * @param calledAs the name of the executable, or of the link to it
 */
export async function main(args: readonly string[], calledAs: string, terminal: Terminal): Promise<number> {
  const original = originals[basename(calledAs)];
  if (original !== undefined) return (await original())(args, terminal);
  return runProgram(await programFor(args), args, terminal);
}

/** The whole program, or as much of it as the words can need. */
async function programFor([family, word = '']: readonly string[]): Promise<Program> {
  const load = family === 'image' && Object.hasOwn(quick, word) ? quick[word] : undefined;
  if (load === undefined) return (await import('./program.ts')).provision;
  const image = { name: 'image', summary: '', subcommands: [await load()] };
  return { name: 'gandi-provision', summary: '', groups: [{ heading: '', commands: [image] }] };
}
