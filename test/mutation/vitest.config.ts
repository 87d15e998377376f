import { defineConfig } from 'vitest/config';
import { withSwitches } from './mutants.ts';

// A thread has the environment of the first one, so a file says which change is in force.
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
    // Else a thread goes on with the modules that it has, and with the change that was in force when it loaded them.
    isolate: true,
    maxWorkers: 1,
    testTimeout: 20_000,
    reporters: [{}],
  },
});
