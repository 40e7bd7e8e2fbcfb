import { KEY_COUNT_MAX } from '../../../workloads/schema-fields.ts';
import { parseRatio } from '../../../workloads/units.ts';
import { type RunnerError, runnerError } from '../../errors.ts';

/** Keys as a scenario has them, before its defaults are filled in. */
export type KeysInput =
  | { readonly uniform: true; readonly count: number }
  | { readonly zipf: number; readonly count: number }
  | { readonly sequential: true; readonly count: number }
  | { readonly hot: { readonly count: number; readonly share: number }; readonly count: number }
  | { readonly one: string };

/**
 * Reads `--keys`: `uniform:100000`, `zipf:0.99:100000`, `sequential:1000`, `hot:50%:1:100000` (share, hot keys, all keys), `one` or
 * `one:KEY`.
 * @throws RunnerError RUNNER_USAGE
 */
export function keysOfFlag(text: string): KeysInput {
  const [kind, ...parts] = text.trim().split(':');
  switch (kind) {
    case 'uniform':
      return { uniform: true, count: countOf(parts, 0, text, 1) };
    case 'sequential':
      return { sequential: true, count: countOf(parts, 0, text, 1) };
    case 'zipf': {
      const zipf = Number(parts[0]);
      if (parts[0] === '' || !(zipf > 0 && zipf <= 10)) throw wrong(text, 'an exponent above 0, at most 10');
      return { zipf, count: countOf(parts, 1, text, 2) };
    }
    case 'hot': {
      const share = parseRatio(parts[0]);
      if (share.kind === 'problem' || !(share.value > 0 && share.value < 1)) throw wrong(text, 'a share such as 50%');
      return { hot: { count: countOf(parts, 1, text, 3), share: share.value }, count: countOf(parts, 2, text, 3) };
    }
    case 'one':
      return { one: parts.length === 0 ? 'key' : parts.join(':') };
    default:
      throw wrong(text, 'a known kind');
  }
}

function countOf(parts: readonly string[], place: number, text: string, partCount: number): number {
  const part = parts[place] ?? '';
  const count = Number(part);
  if (parts.length === partCount && /^\d+$/u.test(part) && count >= 1 && count <= KEY_COUNT_MAX) return count;
  throw wrong(text, `a number of keys from 1 to ${KEY_COUNT_MAX.toLocaleString('en-US')}`);
}

function wrong(text: string, need: string): RunnerError {
  return runnerError('RUNNER_USAGE', {
    what: `--keys needs ${need}, got "${text}"`,
    fix: 'Write uniform:100000, zipf:0.99:100000, hot:50%:1:100000 (share:hot keys:all keys), sequential:1000 or one.',
  });
}
