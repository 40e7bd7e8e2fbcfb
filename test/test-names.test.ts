import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenRule, nameFindings, namesIn } from './test-names.ts';

const FILES = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((name) => join('test', name))
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'));

describe('names of tests', () => {
  test('keep the rules in every file', () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(FILES.flatMap(nameFindings)).toEqual([]);
  });

  test('accept a verb in the third person, and a subject with its verb', () => {
    for (const name of [
      'rejects a scenario with faults',
      'the gate fails at once',
      'rejects %s',
      '$kind keys are drawn',
    ])
      expect(brokenRule(name)).toBeUndefined();
  });

  test.each([
    ['of a lognormal have the mean', 'begins with its subject or its verb'],
    ['when it is interrupted: it ends', 'begins with its subject or its verb'],
    ['are described', 'has at least 3 words'],
    ['%s', 'has at least 3 words'],
    ['rejects what is wrong.', 'ends without punctuation'],
  ])('reject %j because a name %s', (name, rule) => {
    expect(brokenRule(name)).toBe(rule);
  });

  test('are found in plain tests, in tables and in templates', () => {
    const text = `test('one', f); it.each([1])('two', f); test.skipIf(x)(\`three \${y}\`, f); other('four', f);`;
    expect(namesIn('a.test.ts', text).map(({ name }) => name)).toEqual(['one', 'two', 'three %s']);
  });
});
