import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { endpointOf, isAws } from '../../aws/endpoint.ts';
import { endpointDurability, endpointPlace } from '../../aws/endpoint-facts.ts';
import { KINESIS } from '../../aws/service.ts';
import { AWS_SHARD_RATES } from '../../aws/shard-limits.ts';

/** Promises of AWS. Source: Amazon Kinesis Data Streams Developer Guide and FAQs, 2026. */
export function kinesisFacts(spec: KinesisTargetSpec): TargetFacts {
  const endpoint = endpointOf(KINESIS, spec.endpoint);
  const isOnAws = isAws(KINESIS, spec.endpoint);
  const place = isOnAws ? 'network' : endpointPlace(endpoint);
  return {
    durability: isOnAws ? 'in three Availability Zones before the acknowledgement' : endpointDurability(endpoint),
    order: 'by key; a record that was rejected and retried can land behind a later one of its key',
    delivery: 'at least once: a retry after a lost response stores the record again',
    copies: isOnAws ? 3 : place === 'machine' ? 1 : null,
    place,
    client: `${spec.client === 'lean' ? 'lean client of streamgauge' : 'AWS SDK for JavaScript'} over HTTP/${spec.protocol === 'http2' ? '2' : '1.1'}, one attempt a call`,
    batching: `${spec.put === 'records' ? 'calls of up to 500 records, with records of all shards' : 'one record a call'}${spec.aggregate ? ', small records packed into larger ones' : ''}`,
    polling: 'returns',
    throttling: 'rejects',
    routing: 'MD5 of the key, over ranges of hash keys',
    limits: AWS_SHARD_RATES,
    compression: 'none',
    fixes: {
      ...(isOnAws ? {} : { durability: 'Give streamgauge serve a --data-dir and a --durability, or use AWS.' }),
      place: isOnAws ? 'Run streamgauge in the region of the stream.' : 'Run the server on another machine.',
      limits: 'Add shards, or use a load far below the limits of a shard.',
      reading: 'Use fan-out consumers, which are pushed records.',
    },
  };
}
