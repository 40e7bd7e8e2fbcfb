import { describe, expect, test } from 'vitest';
import { parseSideBySide } from '../../../reports/side-by-side/record-file.ts';
import { BROKER_SIDE, exampleSides, KINESIS_SIDE } from './example-sides.ts';

const { record } = exampleSides([KINESIS_SIDE, BROKER_SIDE], 1);
const parse = (value: unknown) => parseSideBySide(typeof value === 'string' ? value : JSON.stringify(value), 'x.json');
const [first, second] = record.rounds;

describe('the file of a comparison of targets', () => {
  test('is read as it was written', () => {
    expect(parse(record)).toEqual(record);
  });

  test.each<[problem: string, value: unknown]>([
    ['in JSON at position 1', '{'],
    ['it is not a comparison of targets', { kind: 'knee', schemaVersion: 1 }],
    ['it is not a comparison of targets', []],
    ['schemaVersion must be 1, got 2 (x.json). Update streamgauge.', { ...record, schemaVersion: 2 }],
    ['schemaVersion must be 1, got 0 (x.json). Compare again.', { ...record, schemaVersion: 0 }],
    ['two sides have the same name', { ...record, sides: [record.sides[0], record.sides[0]] }],
    ['sides: ', { ...record, sides: [record.sides[0]] }],
    ['a round names the side "x", which is none', { ...record, rounds: [{ ...first, side: 'x' }] }],
    ['rounds.0.round: ', { ...record, rounds: [{ ...first, round: 0 }] }],
    ['extra', { ...record, extra: 1 }],
  ])('is rejected: %s', (problem, value) => {
    expect(() => parse(value)).toThrow(problem);
    expect(() => parse(value)).toThrow('SIDE_BY_SIDE_NOT_UNDERSTOOD');
  });

  test.each(['../elsewhere', '/etc', 'C:\\x', 'rounds/../../x', ''])(
    'cannot name a result outside its folder: %j',
    (folder) => {
      expect(() => parse({ ...record, rounds: [first, { ...second, folder }] })).toThrow(
        'rounds.1.folder: must be a folder below the file',
      );
    },
  );
});
