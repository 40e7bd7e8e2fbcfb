import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseKnee, readKnee } from '../../../reports/knee/knee-file.ts';
import { exampleKnee } from './example-knee.ts';

const text = (result: unknown) => JSON.stringify(result);

describe('a saved knee', () => {
  test('survives writing and reading', () => {
    const result = exampleKnee();
    expect(parseKnee(text(result), 'knee.json')).toEqual(result);
  });

  test('is read from its folder', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'knee-'));
    writeFileSync(join(dir, 'knee.json'), text(exampleKnee()));
    expect((await readKnee(dir)).scenario.name).toBe('checkout');
    await expect(readKnee(join(dir, 'none'))).rejects.toMatchObject({ code: 'KNEE_FILE_NOT_READABLE' });
  });

  test('is rejected if its knee does not follow from its trials', () => {
    const result = exampleKnee();
    const [search] = result.searches;
    const better = { ...search!, knee: { ...search!.knee, sustainablePerSecond: 60_000 } };
    expect(() => parseKnee(text({ ...result, searches: [better] }), 'knee.json')).toThrow(
      /KNEE_FILE_NOT_UNDERSTOOD searches\.0\.knee does not follow from its trials \(knee\.json\)/,
    );
  });

  test('is rejected if the search would have requested another trial', () => {
    const result = exampleKnee();
    const [search] = result.searches;
    const trials = search!.trials.toSpliced(3, 1);
    expect(() => parseKnee(text({ ...result, searches: [{ ...search!, trials }] }), 'knee.json')).toThrow(
      /searches\.0\.trials\.3 is not the trial that the search requests/,
    );
  });

  test.each([
    ['half of a file', text(exampleKnee()).slice(0, 1000), /JSON/],
    ['another kind of file', text({ schemaVersion: 1, kind: 'gate' }), /it is not a knee/],
    [
      'a newer version',
      text({ ...exampleKnee(), schemaVersion: 2 }),
      /schemaVersion must be 1, got 2 .*Update streamgauge/,
    ],
    ['a missing field', text({ ...exampleKnee(), objectives: undefined }), /objectives/],
    ['an objective that is not a threshold', text({ ...exampleKnee(), objectives: ['fast'] }), /is not a threshold/],
  ])('is rejected if it is %s', (_, content, message) => {
    expect(() => parseKnee(content, 'knee.json')).toThrow(message);
  });
});
