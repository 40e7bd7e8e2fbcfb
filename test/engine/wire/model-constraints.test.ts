import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../../../engine/test-engine.ts';
import { type ModelCase, modelCases } from './model-cases.ts';
import { CBOR_TYPE, call, JSON_TYPE } from './raw-call.ts';

/**
 * Every constraint of the service's model, over the wire, in both formats: each member of each operation's input gets values
 * below, at and above its limits, outside its pattern or set, and of other types.
 */
let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const CASES = modelCases();
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
        const problem = await problemOf(each, type);
        if (problem !== undefined) wrong.push(`${operation} with ${each.path} ${each.what}: ${problem}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});

interface ErrorBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** Difference from the expected response, or undefined. */
async function problemOf({ operation, input, path, validation, serialization }: ModelCase, type: string) {
  const response = await call(engine.endpoint, operation, bodyOf(input, type), type);
  if (response.headers.get('content-type')?.startsWith('application/vnd') === true) {
    await response.body?.cancel();
    return validation ?? serialization;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body: ErrorBody = bytes.length === 0 ? {} : type === CBOR_TYPE ? cbor.deserialize(bytes) : parsed(bytes);
  const { __type, message = '', Message = '' } = body;
  if (validation !== undefined) {
    const isRight = response.status === 400 && __type === 'ValidationException' && message.includes(validation);
    return isRight ? undefined : `${__type}: ${message}, expected ${validation}`;
  }
  if (serialization !== undefined) {
    const isRight = response.status === 400 && __type === 'SerializationException' && Message === serialization;
    return isRight ? undefined : `${__type}: ${Message}${message}, expected ${serialization}`;
  }
  const isComplaint = __type === 'SerializationException' || message.includes(`at '${path}' failed`);
  return isComplaint || response.status >= 500 ? `${response.status} ${__type}: ${Message}${message}` : undefined;
}

const parsed = (bytes: Uint8Array): ErrorBody => JSON.parse(Buffer.from(bytes).toString());

function bodyOf(input: object, type: string): Buffer | string {
  if (type === CBOR_TYPE) return Buffer.from(cbor.serialize(plain(input)));
  return JSON.stringify(input, (_key, value: unknown) => {
    const buffer = value as { type?: string; data?: number[] } | null;
    return buffer?.type === 'Buffer' ? Buffer.from(buffer.data ?? []).toString('base64') : value;
  });
}

/** A copy without members that are undefined, which CBOR would write. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (v === undefined ? [] : [[k, plain(v)]])));
}
