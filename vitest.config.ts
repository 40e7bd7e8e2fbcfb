import { defineConfig } from 'vitest/config';

const SLOW_FILES = 'test/**/*.slow.test.ts';

/**
 * Two lanes: the name of a file decides its lane.
 *
 * - fast: files run in parallel, so a test must not measure time, and must not share a port or a folder with another file.
 * - slow: `*.slow.test.ts`, one file after another. Here belongs a test that makes a measured run, drives threads against each
 *   other, starts a program of others (a browser, a client in another language, a peer), or takes more than a few seconds.
 */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/reporter.ts'],
    ...(process.env.PROPERTY_TIMES === undefined ? {} : { runner: './test/property-runner.ts' }),
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [SLOW_FILES, '**/node_modules/**'],
          // Vitest's own choice is one core fewer, which on two cores is one file at a time.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: [SLOW_FILES], fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
