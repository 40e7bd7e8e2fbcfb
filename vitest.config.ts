import { defineConfig } from 'vitest/config';

const SLOW_FILES = 'test/**/*.slow.test.ts';
const ISOLATED_FILES = 'test/**/*.isolated.test.ts';

/**
 * Three lanes: the name of a file decides its lane.
 *
 * - fast: files run in parallel, one process a core, each process for many files: loading the modules again for each file took
 *   more time than all tests together. So a test must not measure time, must not share a port or a folder with another
 *   file, and must undo what it changes in its process.
 * - isolated: `*.isolated.test.ts`, in parallel with the fast ones, each file in a process of its own. Here belongs a test that
 *   replaces a module, limits what its process may do, or counts what a process has.
 * - slow: `*.slow.test.ts`, one file after another. Here belongs a test that makes a measured run, drives threads against each
 *   other, starts a program of others (a browser, a client in another language, a peer), or takes more than a few seconds.
 */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Vitest's own choice is one core fewer, which on two cores is one file at a time.
    maxWorkers: '100%',
    reporters: ['default', './test/reporter.ts'],
    ...(process.env.PROPERTY_TIMES === undefined ? {} : { runner: './test/property-runner.ts' }),
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [SLOW_FILES, ISOLATED_FILES, '**/node_modules/**'],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'isolated', include: [ISOLATED_FILES], sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: { name: 'slow', include: [SLOW_FILES], fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
