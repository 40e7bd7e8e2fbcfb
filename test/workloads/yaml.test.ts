import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isScenarioError } from '../../workloads/errors.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { readYaml } from '../../workloads/yaml.ts';

const NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const nineTimes = (text: string) => `[${NINE.map(() => text).join(', ')}]`;
const ALIAS_BOMB = [
  `a: &a ${nineTimes('1')}`,
  `b: &b ${nineTimes('*a')}`,
  `c: &c ${nineTimes('*b')}`,
  `d: &d ${nineTimes('*c')}`,
  `e: &e ${nineTimes('*d')}`,
  `f: ${nineTimes('*e')}`,
].join('\n');

describe('malformed YAML', () => {
  test.each<[string, string, number, number, RegExp]>([
    ['an unknown alias', 'name: x\nduration: *nope', 2, 11, /alias \*nope names no anchor/],
    ['an alias above its anchor', 'a: *later\nb: &later 1', 1, 4, /\*later names no anchor/],
    ['an alias as a key', '*nope : 1', 1, 1, /\*nope names no anchor/],
    ['an alias inside its own anchor', 'a: &a\n  b: *a', 2, 6, /\*a is inside the value/],
    ['levels of nine aliases', ALIAS_BOMB, 6, 5, /more than 100000 values/],
    ['brackets without end', '['.repeat(50_000), 1, 66, /nested more than 64 levels/],
    ['dashes without end', '- '.repeat(50_000), 1, 131, /nested more than 64 levels/],
    ['groups without end', '{a: '.repeat(50_000), 1, 261, /nested more than 64 levels/],
    ['a tab as indentation', 'a:\n\tb: 1', 2, 1, /Tabs are not allowed/],
    ['a key twice', 'a: 1\na: 2', 2, 1, /unique/],
    ['two documents', 'a: 1\n---\nb: 2', 2, 1, /more than one YAML document/],
    ['a list as a key', '? [1, 2]\n: 3', 1, 3, /a key is a list or a group/],
    ['a tag that nobody knows', 'a: !foo 3', 1, 4, /tag/i],
    ['bytes', 'a: !!binary YWJj', 1, 13, /tag/i],
    ['a date of YAML 1.1', '%YAML 1.1\n---\na: 2020-01-01', 3, 4, /not a text, number, true, false or null/],
    ['a merge key without a group', 'a:\n  <<: 5', 2, 7, /<< needs a group/],
    ['a merge of something that is no group', 'a: &a 5\nb:\n  <<: *a', 3, 7, /<< needs a group/],
    ['a merge of an unknown alias', 'b:\n  <<: *nope', 2, 7, /\*nope names no anchor/],
  ])('is reported with its line and column: %s', (_case, text, line, column, what) => {
    const read = readYaml(text);
    expect(read).toMatchObject({ kind: 'problems', problems: [{ code: 'SYNTAX', line, column }] });
    expect(read.kind === 'problems' && read.problems[0]?.what).toMatch(what);
  });
});

describe('well-formed YAML 1.2', () => {
  test.each<[string, unknown]>([
    ['a: no', { a: 'no' }],
    ['a: 017', { a: 17 }],
    ['a: 12:30:45', { a: '12:30:45' }],
    ['a: 2020-01-01', { a: '2020-01-01' }],
    ['"<<": 3', { '<<': 3 }],
    ['a: &a 5\nb: *a', { a: 5, b: 5 }],
    ['a: 1\n...\n', { a: 1 }],
    ['', null],
  ])('is read as the specification defines: %j', (text, value) => {
    expect(readYaml(text)).toMatchObject({ kind: 'value', value });
  });

  test('merge keys take the settings of other groups, and own settings take precedence', () => {
    const text = 'a: &a { x: 1, y: 2 }\nb: &b { x: 3, z: 4 }\nc: { <<: *a, y: 5 }\nd: { y: 6, <<: [*b, *a] }';
    expect(readYaml(text)).toMatchObject({ value: { c: { x: 1, y: 5 }, d: { x: 3, y: 6, z: 4 } } });
  });
});

const SCENARIO = `name: merged
target: { kind: noop }
workloads:
  - &base
    name: one
    phases: &phases
      - { name: steady, duration: 1s, rate: 10/s }
    keys: { uniform: true, count: 5 }
    payload: { size: 100B }
  - <<: *base
    name: two
    keys: { one: k }
`;

test('a scenario may be written with merge keys and aliases', () => {
  const { workloads } = parseScenario(SCENARIO);
  expect(workloads.map(({ name, keys }) => [name, keys.kind])).toEqual([
    ['one', 'uniform'],
    ['two', 'one'],
  ]);
  expect(workloads[1]!.phases).toEqual(workloads[0]!.phases);
});

test('a problem in a merged value is reported where the value is written', () => {
  const text = SCENARIO.replace('size: 100B', 'size: 100');
  expect(() => parseScenario(text)).toThrow(/^ {2}9:16 workloads\[1\]\.payload\.size: BAD_UNIT/m);
});

test('any malformed text has problems with a line and a column, and no other error', () => {
  const pieces = [
    '*a',
    '&a ',
    '<<: ',
    '- ',
    '? ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '\n',
    '  ',
    '\t',
    '---\n',
    '!!set ',
    '!x ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '%',
    '@',
    '`',
    '~',
    'no',
    '0o7',
    '.nan',
    '\0',
    '\uFEFF',
    '💧',
    '__proto__: ',
    'constructor: ',
    'target: ',
    'workloads:',
    'phases:',
    'thresholds:',
    'steps:',
    'faults:',
  ];
  const cut = fc.tuple(fc.nat(SCENARIO.length), fc.nat(20), fc.oneof(fc.constantFrom(...pieces), fc.string()));
  const mutated = fc
    .array(cut, { minLength: 1, maxLength: 4 })
    .map((cuts) =>
      cuts.reduce((text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length), SCENARIO),
    );
  const pieced = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(mutated, pieced, fc.string({ unit: 'binary' })), (text) => {
      try {
        parseScenario(text);
      } catch (error) {
        if (!isScenarioError(error)) throw error;
        for (const { line, column } of error.problems) expect(Math.min(line ?? 0, column ?? 0)).toBeGreaterThan(0);
      }
    }),
    { numRuns: 3000 },
  );
});
