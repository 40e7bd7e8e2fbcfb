import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awsName, folderName } from '../../../runners/names/safe-name.ts';

describe("a scenario's folder", () => {
  test.each([
    ['café', 'café'],
    ['cafe\u0301', 'café'],
    ['負荷', '負荷'],
    ['नमस्ते', 'नमस्ते'],
    ['con', 'run-con'],
    ['COM1.txt', 'run-COM1.txt'],
    ['a.', 'a'],
    ['a\u0000b\u202ec', 'a-b-c'],
  ])('the safe name of %j is %j', (name, folder) => {
    expect(folderName(name)).toBe(folder);
  });

  test('has at most 180 bytes, and long names that differ at their ends have folders of their own', () => {
    const folders = ['一', '二'].map((end) => folderName(`${'負'.repeat(99)}${end}`));
    expect(new Set(folders).size).toBe(2);
    for (const folder of folders) expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(180);
  });

  test('the safe name of any text is one safe part of a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const folder = folderName(name);
        expect(folder).toMatch(/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*$/u);
        expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(180);
      }),
    );
  });
});

describe('a name on AWS', () => {
  test('stays as it is when AWS takes it', () => {
    expect(awsName('orders_2.test-a', 100)).toBe('orders_2.test-a');
  });

  test('is made of ASCII letters otherwise, and no two names become one', () => {
    expect(awsName('café', 100)).toMatch(/^cafe-[0-9a-f]{8}$/);
    expect(awsName('負荷', 100)).toMatch(/^[0-9a-f]{8}$/);
    const names = ['a b', 'a-b', 'a_b', 'a  b', '負荷', '消費', 'café', 'cafe', 'x'.repeat(200), `${'x'.repeat(199)}y`];
    expect(new Set(names.map((name) => awsName(name, 64))).size).toBe(names.length);
  });

  test('has only characters that AWS takes, and no more than are allowed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 20, max: 128 }),
        (name, max) => {
          expect(awsName(name, max)).toMatch(/^[a-zA-Z0-9_.-]+$/);
          expect(awsName(name, max).length).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});
