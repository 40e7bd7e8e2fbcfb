import { describe, expect, test } from 'vitest';
import { plainInterval } from '../../../reports/result/plain-interval.ts';
import { encodedIntervalSchema } from '../../../reports/result/result-schema.ts';
import { intervalForFile } from '../../../reports/result/series-format.ts';
import { exampleResult } from '../example-result.ts';

const lines = exampleResult().series.map((interval) => JSON.stringify(intervalForFile(interval)));

/** Changes every value and every field of the interval in each of these ways. */
const CHANGES: readonly ((holder: Record<string, unknown>, name: string) => void)[] = [
  ...[-1, 0.5, 1e300, Number.POSITIVE_INFINITY, null, 'x', '', [], {}, true, 'y'.repeat(10_001), [1, 'x']].map(
    (value) => (holder: Record<string, unknown>, name: string) => {
      holder[name] = value;
    },
  ),
  (holder, name) => {
    // JSON cannot contain arrays with holes.
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  },
  (holder, name) => {
    if (Array.isArray(holder)) return;
    const value = holder[name];
    delete holder[name];
    holder[name] = value;
  },
  (holder, name) => {
    holder[`${name}s`] = holder[name];
  },
];

function changed(line: string): unknown[] {
  const all: unknown[] = [];
  for (const change of CHANGES) {
    for (let place = 0; ; place++) {
      const copy: unknown = JSON.parse(line);
      let seen = 0;
      const visit = (holder: Record<string, unknown>): boolean => {
        for (const name of Object.keys(holder)) {
          if (seen++ === place) {
            change(holder, name);
            return true;
          }
          const value = holder[name];
          if (typeof value === 'object' && value !== null && visit(value as Record<string, unknown>)) return true;
        }
        return false;
      };
      if (!visit(copy as Record<string, unknown>)) break;
      all.push(copy);
    }
  }
  return all;
}

describe('the fast parser of an interval', () => {
  test('accepts the intervals that a run writes, with the same result as the schema', () => {
    for (const line of lines) {
      const interval = plainInterval(JSON.parse(line));
      expect(interval).toEqual(encodedIntervalSchema.parse(JSON.parse(line)));
      expect(JSON.stringify(intervalForFile(interval!))).toBe(line);
    }
  });

  test('accepts nothing that the schema rejects or parses differently', () => {
    let refused = 0;
    for (const value of changed(lines[0]!)) {
      const interval = plainInterval(structuredClone(value));
      const parsed = encodedIntervalSchema.safeParse(value);
      if (!parsed.success) refused += 1;
      if (interval === undefined) continue;
      expect(parsed.success && JSON.stringify(parsed.data)).toBe(JSON.stringify(interval));
    }
    expect(refused).toBeGreaterThan(500);
  });
});
