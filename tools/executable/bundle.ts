import { readFile } from 'node:fs/promises';
import { build, type Metafile, type Plugin } from 'esbuild';

/** zod brings its messages in 50 languages, a third of the whole bundle; the agent speaks English. */
const withoutZodLocales: Plugin = {
  name: 'without-zod-locales',
  setup(context) {
    context.onResolve({ filter: /locales\/index\.js$/ }, ({ importer }) =>
      importer.includes('/node_modules/zod/') ? { path: 'no-locales', namespace: 'empty' } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {}' }));
  },
};

/** Of `z` itself esbuild keeps every method; of the same names as a namespace only those in use, half of zod. */
const zodAsNamespace: Plugin = {
  name: 'zod-as-namespace',
  setup(context) {
    context.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replace("import { z } from 'zod'", "import * as z from 'zod'"), loader: 'ts' };
    });
  },
};

/** Joins a program's sources, from the file that starts it on, into one script. */
export async function bundle(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node26',
    // Start-up time follows the size of the snapshot, of which the source text is a part (docs/build.md).
    // Identifiers are kept, for stack traces in customers' journals.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 120,
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    // Neither a snapshot nor an embedded script can load modules by import(); require() of Node's own is what they can do.
    supported: { 'dynamic-import': false },
    plugins: [withoutZodLocales, zodAsNamespace],
    logLevel: 'warning',
  });
  return metafile;
}
