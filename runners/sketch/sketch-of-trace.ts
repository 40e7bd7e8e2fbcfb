import { readTrace } from '../plan/input/trace/read-trace.ts';
import type { TraceReadOptions } from '../plan/input/trace/trace-options.ts';
import type { KeySketch } from './sketch.ts';
import { SketchBuilder, type SketchOptions } from './sketch-builder.ts';

/**
 * Sketches a trace; its records may be in any order.
 * @throws RunnerError as `readTrace`, and RUNNER_SKETCH_MISMATCH for a trace over more than 100,000 steps
 */
export async function sketchOfTrace(
  path: string,
  options: SketchOptions & { readonly trace: TraceReadOptions },
): Promise<{ readonly sketch: KeySketch; readonly notes: readonly string[] }> {
  const builder = new SketchBuilder(options);
  const facts = await readTrace(path, options.trace, {
    record: ({ seconds, hash, keyBytes, dataBytes }, name) => builder.add(seconds, hash, keyBytes, dataBytes, name),
  });
  return { sketch: builder.finish(), notes: facts.notes };
}
