import { join } from 'node:path';
import type { VirtualClock } from '../../../../engine/account/clock.ts';
import type { TransformationFunction } from '../../../../engine/firehose/processing/function-contract.ts';
import { ModuleFunction } from '../../../../engine/firehose/processing/module-function.ts';
import { Transformation, type TransformationOptions } from '../../../../engine/firehose/processing/transformation.ts';
import { clock } from './records.ts';

export const MODULE = join(import.meta.dirname, 'functions/handlers.js');
export const STREAM_ARN = 'arn:aws:firehose:eu-west-1:000000000000:deliverystream/clicks';

export const moduleOf = (handler: string) => new ModuleFunction({ module: MODULE, handler });

export function transformation(
  run: TransformationFunction,
  options: Partial<TransformationOptions> = {},
): Transformation {
  let ids = 0;
  return new Transformation({
    run,
    deliveryStreamArn: STREAM_ARN,
    region: 'eu-west-1',
    bufferBytes: 1024 * 1024,
    retries: 3,
    clock: clock(),
    random: () => 0.5,
    newId: () => `invocation-${++ids}`,
    ...options,
  });
}

/** Lets time pass on a virtual clock, as long as something has not ended. */
export async function whileTimePasses<T>(time: VirtualClock, stepMs: number, work: Promise<T>): Promise<T> {
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (!isOver) time.advance(stepMs);
  }
  return ended;
}
