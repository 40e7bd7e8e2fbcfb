import { expect, test } from 'vitest';
import { serveMemory } from '../../../runners/bench/serve-memory.ts';

test('a server returns the memory of 100 unread responses of 10 MB within 30 s', {
  timeout: 120_000,
}, async (context) => {
  const [unread, after] = await serveMemory.run();
  if (unread?.note !== undefined || after === undefined) return context.skip('the memory of a process cannot be read');
  expect(unread?.median).toBeGreaterThan(after.median);
  expect(after.median).toBeLessThan(250);
});
