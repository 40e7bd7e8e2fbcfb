import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INPUTS } from '../../../engine/account/validation/inputs.ts';
import { startTestEngine, type TestEngine } from '../../../engine/test-engine.ts';
import { modelCases } from './model-cases.ts';
import { problemOf } from './model-problem.ts';
import { CBOR_TYPE, JSON_TYPE, KINESIS_TARGET } from './raw-call.ts';

/**
 * Every constraint of the service's model, over the wire, in both formats: each member of each operation's input gets values
 * below, at and above its limits, outside its pattern or set, and of other types.
 */
let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const CASES = modelCases(INPUTS);
const byOperation = Map.groupBy(CASES, ({ operation }) => operation);

test('the cases cover all 45 operations but those without input', () => {
  expect([...byOperation.keys()]).toHaveLength(43);
  expect(CASES.length).toBeGreaterThan(1000);
});

describe.each([
  ['JSON', JSON_TYPE],
  ['CBOR', CBOR_TYPE],
])('the model over the wire in %s', (_name, type) => {
  test.each([...byOperation])(
    'the service accepts and rejects the same inputs of %s as its model',
    async (operation, cases) => {
      const wrong: string[] = [];
      for (const each of cases) {
        const problem = await problemOf(engine.endpoint, KINESIS_TARGET, each, type);
        if (problem !== undefined) wrong.push(`${operation} with ${each.path} ${each.what}: ${problem}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});
