import { UnknownLayout } from './unknown-layout.ts';

const space = 0x20;

/**
 * Empties modules of JavaScript that Node brings and the program never loads. Blanks stay, so a module that is loaded all the
 * same is an empty one.
 * @param executable its bytes, changed in place
 * @param texts the source of each module, by its name
 * @returns how many bytes were emptied
 * @throws UnknownLayout if the executable does not hold the text of each exactly once
 */
export function emptyModules(executable: Buffer, texts: ReadonlyMap<string, string>): number {
  const places = [...texts].map(([name, text]) => {
    const bytes = Buffer.from(text, 'latin1');
    const start = executable.indexOf(bytes);
    if (start === -1 || executable.indexOf(bytes, start + 1) !== -1) {
      throw new UnknownLayout(`it does not hold the text of ${name} once`);
    }
    return { start, end: start + bytes.length };
  });
  for (const { start, end } of places) executable.fill(space, start, end);
  return places.reduce((sum, { start, end }) => sum + end - start, 0);
}

/**
 * The sources of modules that Node brings, as the Node that runs has them, by name. The door is deprecated, and the only one.
 * @throws UnknownLayout if there is no such module
 */
export function textsOfModules(isWanted: (name: string) => boolean): ReadonlyMap<string, string> {
  const wanted = Object.entries(natives()).filter(([name]) => isWanted(name));
  const texts = wanted.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts.length === 0) throw new UnknownLayout('this Node has none of these modules');
  return new Map(texts);
}

function natives(): Readonly<Record<string, unknown>> {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    // biome-ignore lint/suspicious/noExplicitAny: Node's types have no word of it.
    return (process as any).binding('natives');
  } finally {
    process.noDeprecation = noDeprecation ?? false;
  }
}
