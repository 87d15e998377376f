import { defineConfig } from 'vitest/config';
import { withSwitches } from './mutants.ts';

/** Every unit test, with the changes of one source file compiled in. Each run starts a thread of its own, which learns MUTANT. */
export default defineConfig({
  logLevel: 'silent',
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform: (source, id) => (id === process.env.MUTATED_FILE ? withSwitches(source) : undefined),
    },
  ],
  test: {
    include: ['test/unit/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    bail: 1,
    testTimeout: 20_000,
    reporters: [{}],
  },
});
