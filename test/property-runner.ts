import fc from 'fast-check';
import { type RunnerTestCase, TestRunner } from 'vitest';

/**
 * Chosen by `vitest.config.ts` where PROPERTY_TIMES is set: `PROPERTY_TIMES=30 npm run test:seed -- FILES` runs each test that
 * asserts a property thirty times, so that every property runs on thirty times its examples, whatever its numRuns.
 * Each time draws its own seed, which repeats a failure by itself, and has the whole of the test's time limit.
 */
const { PROPERTY_TIMES, PROPERTY_SEED } = process.env;
const times = Number(PROPERTY_TIMES);
if (!(Number.isSafeInteger(times) && times > 0))
  throw new Error(`PROPERTY_TIMES is "${PROPERTY_TIMES}": say how many times.`);
if (PROPERTY_SEED !== undefined)
  throw new Error('PROPERTY_SEED draws the same examples each of PROPERTY_TIMES: set one.');

let asserted = 0;
fc.installGlobalPlugin(() => {
  asserted += 1;
  return {};
});

export default class PropertyRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const body = TestRunner.getTestFn(test);
    const before = asserted;
    await body();
    // Any other test would only find the same again.
    for (let time = 1; time < times && asserted > before; time++) await body();
  }
}
