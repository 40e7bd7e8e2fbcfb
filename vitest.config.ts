import { defineConfig } from 'vitest/config';

// Two cores: test files run one after another, so that a test that measures threads is not measured by its neighbours.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/reporter.ts'],
    ...(process.env.PROPERTY_TIMES === undefined ? {} : { runner: './test/property-runner.ts' }),
  },
});
