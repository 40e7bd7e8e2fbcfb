import { expect, test } from 'vitest';
import { ARN, caller, refusal } from './set-up.ts';

test('resources of kinds that the account has none of are not found, queues among them', () => {
  const engine = caller().withStream(1);
  for (const kind of ['queue', 'channel']) {
    const ResourceARN = ARN.replace(':stream/', `:${kind}/`);
    const expected = `ResourceNotFoundException: Resource ${ResourceARN} not found.`;
    expect(refusal(() => engine.call('ListTagsForResource', { ResourceARN }))).toBe(expected);
    expect(refusal(() => engine.call('TagResource', { ResourceARN, Tags: { a: 'b' } }))).toBe(expected);
    expect(refusal(() => engine.call('GetResourcePolicy', { ResourceARN }))).toBe(expected);
  }
});
