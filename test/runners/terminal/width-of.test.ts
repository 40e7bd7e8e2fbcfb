import { expect, test } from 'vitest';
import { widthOf } from '../../../runners/terminal/width-of.ts';

test.each([
  [{ columns: 132 }, 132],
  [{}, 80],
  // `docker run -t` and `script` without a terminal report these.
  [{ columns: 0 }, 80],
])('%j is written for in %d columns', (stream, width) => expect(widthOf(stream)).toBe(width));
