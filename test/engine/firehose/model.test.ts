import { afterAll, beforeAll, expect, test } from 'vitest';
import { INPUTS } from '../../../engine/firehose/control/model/inputs.ts';
import { startTestEngine, type TestEngine } from '../../../engine/test-engine.ts';
import { modelCases } from '../wire/model-cases.ts';
import { problemOf } from '../wire/model-problem.ts';
import { FIREHOSE_TARGET, JSON_TYPE } from '../wire/raw-call.ts';

/** Every constraint of the service's model, over the wire, as the model test of Kinesis has them. */
let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const byOperation = Map.groupBy(modelCases(new Map(Object.entries(INPUTS))), ({ operation }) => operation);

test('the cases cover every operation of Firehose', () => {
  expect([...byOperation.keys()]).toHaveLength(12);
  expect([...byOperation.values()].flat().length).toBeGreaterThan(2000);
});

test.each([...byOperation])(
  'Firehose accepts and rejects the same inputs of %s as its model',
  async (operation, cases) => {
    const wrong: string[] = [];
    for (const each of cases) {
      const problem = await problemOf(engine.endpoint, FIREHOSE_TARGET, each, JSON_TYPE);
      if (problem !== undefined) wrong.push(`${operation} with ${each.path} ${each.what}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  },
);
