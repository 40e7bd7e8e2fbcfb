import * as firehose from '@aws-sdk/client-firehose';
import * as kinesis from '@aws-sdk/client-kinesis';
import { NormalizedSchema } from '@smithy/core/schema';

/** The SDK has the models of services as schemas, one beside each command: `PutRecord$`, `SubscribeToShardEvent$`. */
const SCHEMAS = { kinesis: { ...kinesis }, firehose: { ...firehose } } as const;

type Service = keyof typeof SCHEMAS;
type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

function schemaNamed(name: string, service: Service = 'kinesis'): readonly unknown[] {
  const schemas: Readonly<Record<string, unknown>> = SCHEMAS[service];
  return schemas[`${name}$`] as readonly unknown[];
}

/** Where an operation's schema refers to that of its output: `[9, namespace, name, traits, input, output]`. */
const OUTPUT_INDEX = 5;

/** Index in a structure's schema of the number of required members, which come first; absent when none is required. */
const REQUIRED_INDEX = 6;

/**
 * Compares JSON from the wire, before an SDK has dropped what it does not know, with the SDK's model.
 * @returns what differs: unknown members, required ones that are missing, values of another type.
 */
export function outputProblems(operation: string, body: unknown, service?: Service): readonly string[] {
  const schema = schemaNamed(operation, service)[OUTPUT_INDEX] as SchemaReference;
  return [...problems(NormalizedSchema.of(schema), body, operation)];
}

export function structureProblems(name: string, body: unknown): readonly string[] {
  return [...problems(NormalizedSchema.of(schemaNamed(name) as unknown as SchemaReference), body, name)];
}

/** Where the members of type timestamp are in an operation's decoded output, with what is there. */
export function timestampsOf(operation: string, output: unknown): readonly (readonly [string, unknown])[] {
  const schema = schemaNamed(operation)[OUTPUT_INDEX] as SchemaReference;
  return [...timestamps(NormalizedSchema.of(schema), output, operation)];
}

function* timestamps(schema: NormalizedSchema, value: unknown, path: string): Generator<readonly [string, unknown]> {
  if (schema.isTimestampSchema()) yield [path, value];
  else if (schema.isListSchema() && Array.isArray(value)) {
    for (const item of value) yield* timestamps(schema.getValueSchema(), item, path);
  } else if (schema.isStructSchema() && isObject(value)) {
    const members = new Map(schema.structIterator());
    for (const [name, member] of Object.entries(value)) {
      const expected = members.get(name);
      if (expected !== undefined) yield* timestamps(expected, member, `${path}.${name}`);
    }
  }
}

function* problems(schema: NormalizedSchema, value: unknown, path: string): Generator<string> {
  if (schema.isUnitSchema()) yield* same(value, path, '{}', isObject(value) && Object.keys(value).length === 0);
  else if (schema.isStructSchema()) yield* ofStructure(schema, value, path);
  else if (schema.isListSchema()) {
    if (!Array.isArray(value)) yield `${path} is no list: ${shown(value)}`;
    else for (const [i, member] of value.entries()) yield* problems(schema.getValueSchema(), member, `${path}[${i}]`);
  } else if (schema.isMapSchema()) {
    if (!isObject(value)) yield `${path} is no map: ${shown(value)}`;
    else
      for (const [k, member] of Object.entries(value)) yield* problems(schema.getValueSchema(), member, `${path}.${k}`);
  } else if (schema.isTimestampSchema() || schema.isNumericSchema()) {
    yield* same(value, path, 'a number', typeof value === 'number');
  } else if (schema.isBooleanSchema()) yield* same(value, path, 'a boolean', typeof value === 'boolean');
  else yield* same(value, path, 'a text', typeof value === 'string');
}

function* ofStructure(schema: NormalizedSchema, value: unknown, path: string): Generator<string> {
  if (!isObject(value)) {
    yield `${path} is no structure: ${shown(value)}`;
    return;
  }
  const members = new Map(schema.structIterator());
  for (const [name, member] of Object.entries(value)) {
    const expected = members.get(name);
    if (expected === undefined) yield `${path}.${name} is not in the model`;
    else yield* problems(expected, member, `${path}.${name}`);
  }
  const requiredCount = (schema.getSchema() as readonly unknown[])[REQUIRED_INDEX] as number | undefined;
  for (const name of [...members.keys()].slice(0, requiredCount ?? 0)) {
    if (!(name in value)) yield `${path}.${name} is missing`;
  }
}

function* same(value: unknown, path: string, noun: string, isSame: boolean): Generator<string> {
  if (!isSame) yield `${path} is not ${noun}: ${shown(value)}`;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);
