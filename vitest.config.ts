import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const ISOLATED_FILES = 'test/**/*.isolated.test.ts';
const LONG_FILES = 'test/**/*.long.test.ts';
const SLOW_FILES = 'test/**/*.slow.test.ts';

/** Fast tests wait for servers and timers more than half of their time, so two processes share a core. */
const FAST_WORKERS = 2 * availableParallelism();

/**
 * Four lanes: the name of a file decides its lane.
 *
 * - fast: files run in parallel, two processes a core, each process for many files: loading the modules again for each file took
 *   more time than all tests together. So a test must not measure time, must not share a port or a folder with another
 *   file, and must undo what it changes in its process.
 * - isolated: `*.isolated.test.ts`, in parallel with the fast ones, each file in a process of its own. Here belongs a test that
 *   replaces a module, limits what its process may do, or counts what a process has.
 * - long: `*.long.test.ts`, in parallel, each file in a process of its own, after a build. Here belongs a test that measures
 *   nothing and takes more than a few seconds, uses `dist`, or starts a browser or a client in another language.
 * - slow: `*.slow.test.ts`, one file after another, after a build. Here belongs a test that makes a measured run, drives threads
 *   against each other, or fails when other programs keep the cores busy.
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
          exclude: [ISOLATED_FILES, LONG_FILES, SLOW_FILES, '**/node_modules/**'],
          isolate: false,
          maxWorkers: FAST_WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'isolated', include: [ISOLATED_FILES], maxWorkers: FAST_WORKERS, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'long', include: [LONG_FILES], sequence: { groupOrder: 1 } } },
      {
        extends: true,
        test: { name: 'slow', include: [SLOW_FILES], fileParallelism: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
