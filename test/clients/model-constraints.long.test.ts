import { beforeAll, describe, expect, test } from 'vitest';
import { INPUTS } from '../../engine/account/validation/inputs.ts';
import { RECORD_ENTRY } from '../../engine/account/validation/records.ts';
import type { Shape, Structure } from '../../engine/account/validation/shapes.ts';
import { INPUTS as FIREHOSE_INPUTS } from '../../engine/firehose/control/model/inputs.ts';
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

interface Service {
  readonly name: string;
  readonly inputs: ReadonlyMap<string, Structure>;
  /** Operations of the model that the SDK does not have. */
  readonly others: RegExp;
}

const SERVICES: readonly Service[] = [
  { name: 'kinesis', inputs: INPUTS, others: /Queues?(?:$|Records)/ },
  { name: 'firehose', inputs: new Map(Object.entries(FIREHOSE_INPUTS)), others: /^$/ },
];

/** The engine's tables are what its checks and its tests are made from, so they must be the models'. */
describe.skipIf(clients.kind === 'missing').each(SERVICES)(
  `the table of inputs of $name and botocore's model${whySkipped}`,
  ({ name, inputs, others }) => {
    let theirs: Inputs = {};
    const ours: Inputs = Object.fromEntries(
      [...inputs].map(([operation, structure]) => [operation, Object.fromEntries(flattened(structure, ''))]),
    );
    beforeAll(async () => {
      theirs = await runScript<Inputs>('model.py', 'http://127.0.0.1:9', { MODEL_SERVICE: name });
    });

    test('have the same operations, except those that the SDK does not have', () => {
      const expected = Object.keys(theirs).filter((operation) => !others.test(operation));
      expect(Object.keys(ours).toSorted()).toEqual(expected.toSorted());
    });

    test.each(Object.keys(ours))('have the same members with the same constraints in %s', (operation) => {
      const normal = (members: Readonly<Record<string, Constraints>> = {}) =>
        Object.fromEntries(Object.entries(members).map(([path, each]) => [path, normalised(each)]));
      expect(normal(ours[operation])).toEqual(normal(theirs[operation]));
    });
  },
);

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
