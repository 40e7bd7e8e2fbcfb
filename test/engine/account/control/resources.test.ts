import { expect, test } from 'vitest';
import { ARN, caller, refusal } from './set-up.ts';

test('resources of other kinds, such as queues, are not found', () => {
  const engine = caller().withStream(1);
  for (const kind of ['queue', 'channel']) {
    const ResourceARN = ARN.replace(':stream/', `:${kind}/`);
    const expected = `ResourceNotFoundException: Resource ${ResourceARN} not found.`;
    expect(refusal(() => engine.call('ListTagsForResource', { ResourceARN }))).toBe(expected);
    expect(refusal(() => engine.call('TagResource', { ResourceARN, Tags: { a: 'b' } }))).toBe(expected);
    expect(refusal(() => engine.call('GetResourcePolicy', { ResourceARN }))).toBe(expected);
  }
});
