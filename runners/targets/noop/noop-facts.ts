import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import type { NoopTargetSpec } from '../../../workloads/targets/noop.ts';

export function noopFacts({ delay, queue }: NoopTargetSpec): TargetFacts {
  return {
    durability: 'none: nothing is stored',
    order: 'by producer',
    delivery: 'once, from the producer to the consumer on the same thread',
    copies: 0,
    place: 'process',
    client: 'none',
    batching: 'the batches of the scenario',
    polling: 'returns',
    throttling: 'none',
    routing: 'the number of the key modulo shards',
    limits: null,
    compression: 'none',
    ...(delay.kind === 'none' && queue === undefined ? {} : { model: 'delays that the target sets itself' }),
    fixes: {
      durability: 'The noop target shows what the harness costs. Do not read it as a service.',
      model: 'The noop target shows what the harness costs. Do not read it as a service.',
    },
  };
}
