import { beforeAll, describe, expect, test } from 'vitest';
import { INPUTS } from '../../engine/account/validation/inputs.ts';
import { RECORD_ENTRY } from '../../engine/account/validation/records.ts';
import type { Shape, Structure } from '../../engine/account/validation/shapes.ts';
import { clients, runScript, whySkipped } from './python-client.ts';

interface Constraints {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required: boolean;
}
type Inputs = Readonly<Record<string, Readonly<Record<string, Constraints>>>>;

/** The engine's table is what its checks and its tests are made from, so it must be the model's. */
describe.skipIf(clients.kind === 'missing')(`the table of inputs and botocore's model${whySkipped}`, () => {
  let theirs: Inputs = {};
  const ours: Inputs = Object.fromEntries(
    [...INPUTS].map(([operation, structure]) => [operation, Object.fromEntries(flattened(structure, ''))]),
  );
  beforeAll(async () => {
    theirs = await runScript<Inputs>('model.py', 'http://127.0.0.1:9');
  });

  test('have the same operations, except those for queues, which the SDK does not have', () => {
    const others = Object.keys(theirs).filter((name) => !/Queues?(?:$|Records)/.test(name));
    expect(Object.keys(ours).toSorted()).toEqual(others.toSorted());
  });

  test.each(Object.keys(ours))('have the same members with the same constraints in %s', (operation) => {
    const normal = (members: Readonly<Record<string, Constraints>> = {}) =>
      Object.fromEntries(Object.entries(members).map(([path, each]) => [path, normalised(each)]));
    expect(normal(ours[operation])).toEqual(normal(theirs[operation]));
  });
});

function* flattened({ members }: Structure, parent: string): Generator<[string, Constraints]> {
  for (const { name, shape } of members) {
    const path = parent + name;
    yield [path, constraints(shape)];
    if (shape.kind === 'Structure') yield* flattened(shape, `${path}.`);
    else if (shape.kind === 'Map') {
      yield [`${path}{key}`, constraints(shape.key)];
      yield [`${path}{value}`, constraints(shape.value)];
    } else if (shape.kind === 'List') {
      const item = shape.member === 'records' ? RECORD_ENTRY : shape.member;
      yield [`${path}[]`, { ...constraints(item), required: false }];
      if (item.kind === 'Structure') yield* flattened(item, `${path}[].`);
    }
  }
}

function constraints(shape: Shape): Constraints {
  const hasBounds = shape.kind !== 'Structure' && shape.kind !== 'Boolean' && shape.kind !== 'Timestamp';
  const bounds: { readonly min?: number; readonly max?: number } = hasBounds ? shape : {};
  const text = shape.kind === 'String' ? { pattern: shape.pattern, enum: shape.values } : {};
  const known = Object.entries({ min: bounds.min, max: bounds.max, ...text }).filter(
    ([, value]) => value !== undefined,
  );
  return { type: shape.kind.toLowerCase(), ...Object.fromEntries(known), required: shape.required === true };
}

/**
 * Removes what has no meaning or can be written in two ways: anchors and brackets round a whole pattern, a length of at least
 * 0, the order of a set.
 */
function normalised({ min, pattern, enum: values, ...rest }: Constraints): Constraints {
  const bare = pattern?.replace(/^\^(.*)\$?$/, '$1').replace(/\$$/, '');
  return {
    ...rest,
    ...(min === undefined || min === 0 ? {} : { min }),
    ...(bare === undefined ? {} : { pattern: bare.replace(/^\((0\|.*)\)$/, '$1') }),
    ...(values === undefined ? {} : { enum: values.toSorted() }),
  };
}
