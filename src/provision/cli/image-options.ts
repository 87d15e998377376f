import type { Operands, Option, Options } from '../../core/command/command.ts';
import { type BuildOption, buildOptions } from '../image/command-line/build-options.ts';

/** The options of a build as help, manual and completions show them. Help and version belong to the program itself. */
export const imageOptions: Options = Object.fromEntries(
  buildOptions
    .filter(({ sets }) => sets !== 'help' && sets !== 'version')
    .map((option) => [option.name, shown(option)] as const),
);

export const imageOperands = {
  element: { hint: 'ELEMENT...', description: 'the elements, by the names of their folders' },
} satisfies Operands;

function shown({ short, description, hint }: BuildOption): Option {
  return {
    ...(short === undefined ? {} : { short }),
    description,
    ...(hint === undefined ? {} : { value: { hint, ...(hint === 'FOLDER' ? { completion: 'folder' as const } : {}) } }),
  };
}
