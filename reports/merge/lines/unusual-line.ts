import { encodedIntervalSchema } from '../../result/result-schema.ts';
import type { EncodedInterval } from '../../result/series-format.ts';
import { wrongShape } from '../wrong-shape.ts';
import { HistogramMarks } from './histogram-marks.ts';

/**
 * Reads a line of a series and checks it like readResult; its histograms are checked when they are added.
 * @throws RESULT_WRONG_SHAPE
 */
export function readUnusualLine(line: string, where: string): EncodedInterval {
  const reject = (what: string) => wrongShape(where, what);
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (error) {
    throw reject(`a line of the series is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = encodedIntervalSchema.safeParse(content);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw reject(`series: ${path.join('.')}: ${message}`);
  }
  const texts = parsed.data.cells.flatMap(({ histograms }) => Object.values<string>(histograms));
  if (texts.some(HistogramMarks.isMark)) throw reject('a line of the series has an invalid histogram');
  return parsed.data;
}
