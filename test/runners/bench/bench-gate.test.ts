import { expect, test } from 'vitest';
import { gateFalseAlarms, gatePower } from '../../../runners/bench/gate-simulations.ts';

// Seeded, over the recorded blocks of the repository: the same on every machine.
test('the gate fails at most 1 % of equals over the recorded noise, and finds 5 % at least nine times in ten', async () => {
  for (const { median, name } of await gateFalseAlarms.run()) expect(median, name).toBeLessThanOrEqual(1);
  const [power] = await gatePower.run();
  expect(power!.median).toBeGreaterThanOrEqual(90);
});
