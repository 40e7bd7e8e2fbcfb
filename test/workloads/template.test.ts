import { expect, test } from 'vitest';
import { RandomStream } from '../../workloads/random.ts';
import { compileTemplate } from '../../workloads/template.ts';

const render = (template: unknown, sequence = 0, seed = 1): unknown => {
  const compiled = compileTemplate(template);
  if (compiled.kind === 'problems') throw new Error(compiled.problems.map(({ what, fix }) => `${what} ${fix}`).join());
  return JSON.parse(compiled.template.render(new RandomStream(seed, 'test'), sequence));
};
const many = (template: unknown) => Array.from({ length: 500 }, (_, i) => render(template, i, i));

test('a text without a placeholder stays unchanged', () => {
  const template = { a: [1, null, true, { 'ke"y': 'te"xt\n' }], empty: {}, none: [], text: '' };
  expect(render(template)).toEqual(template);
});

test('a text that is one number placeholder becomes a number, inside other text it is text', () => {
  expect(render({ n: '{{seq}}', s: 'no {{seq}}', both: '{{seq}}{{seq}}' }, 7)).toEqual({ n: 7, s: 'no 7', both: '77' });
});

test('int draws whole numbers with both ends', () => {
  const drawn = new Set(many('{{int -1 2}}'));
  expect([...drawn].map(Number).sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
});

test('float and normal draw numbers, and pick a word', () => {
  const floats = many('{{float 5 6}}').map(Number);
  expect(floats.every((x) => x >= 5 && x <= 6)).toBe(true);
  const normals = many('{{normal 20 5}}').map(Number);
  expect(normals.reduce((sum, x) => sum + x, 0) / 500).toBeCloseTo(20, -1);
  expect(new Set(many('{{pick a "b" c}}'))).toEqual(new Set(['a', '"b"', 'c']));
});

test('uuid is version 4, and time is an ISO time that advances with the sequence', () => {
  for (const id of many('{{uuid}}'))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(render('{{time}}', 61)).toBe('2026-01-01T00:01:01.000Z');
});

test('the same seed renders the same', () => {
  expect(render('{{uuid}} {{int 1 1000000}}')).toBe(render('{{uuid}} {{int 1 1000000}}'));
});

test.each([
  '{{nope}}',
  '{{int 1}}',
  '{{int 2 1}}',
  '{{int 1.5 2}}',
  '{{int a b}}',
  '{{float 1 0}}',
  '{{normal 1 -1}}',
  '{{pick}}',
  '{{uuid 4}}',
  '{{}}',
  '{{int 1 2',
  'a }} b',
])('%s is a problem with its path', (text) => {
  expect(compileTemplate({ list: [1, { field: text }] })).toMatchObject({
    kind: 'problems',
    problems: [{ path: ['list', 1, 'field'] }],
  });
});
