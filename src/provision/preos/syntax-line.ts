import { Script } from 'node:vm';

/**
 * The line of a module's text at which it does not parse: Node tells it for scripts, and not for modules. So the text is
 * compiled as a script, without its words `import` and `export`, and never run.
 * @param message of the error that Node had for the module
 * @returns undefined where the script has another error, or none
 */
export function syntaxLine(text: string, message: string): number | undefined {
  const script = text.replace(/^([ \t]*)export[ \t]+(?:default[ \t]+)?/gm, '$1').replace(/^[ \t]*import\b[^\n]*/gm, '');
  try {
    new Script(`(async () => {${script}\n})`, { filename: 'module' });
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError) || error.message !== message) return undefined;
    const [, line] = /^module:(\d+)$/m.exec(error.stack ?? '') ?? [];
    return line === undefined ? undefined : Number(line);
  }
}
