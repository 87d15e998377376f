import { defineConfig } from 'vitest/config';
import { withSwitches } from './mutants.ts';

// A file says which change is in force.
const which = `Number(process.getBuiltinModule('node:fs').readFileSync(process.env.MUTANT_FILE, 'utf8'))`;

/** Every unit test, with the changes of the source file MUTATED_FILE compiled in. */
export default defineConfig({
  logLevel: 'silent',
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform: (source, id) => (id === process.env.MUTATED_FILE ? withSwitches(source, which) : undefined),
    },
  ],
  test: {
    include: ['test/unit/**/*.test.ts'],
    pool: 'threads',
    // What it keeps from run to run would be the file without its changes, from when another one had them.
    fsModuleCache: false,
    maxWorkers: 1,
    testTimeout: 20_000,
    reporters: [{}],
  },
});
