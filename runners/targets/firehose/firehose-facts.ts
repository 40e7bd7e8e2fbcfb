import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import type { FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import { endpointOf, isAws } from '../../aws/endpoint.ts';
import { endpointDurability, endpointPlace } from '../../aws/endpoint-facts.ts';
import { FIREHOSE } from '../../aws/service.ts';

/** Promises of AWS. Source: Amazon Data Firehose Developer Guide and FAQs, 2026. */
export function firehoseFacts({ local, limits, endpoint: written, put }: FirehoseTargetSpec): TargetFacts {
  const endpoint = endpointOf(FIREHOSE, written);
  const isOnAws = !local && isAws(FIREHOSE, written);
  const place = local ? 'process' : isOnAws ? 'network' : endpointPlace(endpoint);
  return {
    durability: durabilityOf(local, isOnAws, endpoint),
    order: 'none',
    delivery: 'at least once, to the destination',
    copies: local ? 0 : isOnAws ? 3 : place === 'machine' ? 1 : null,
    place,
    client: 'AWS SDK for JavaScript, one attempt a call',
    batching: put === 'batch' ? 'calls of up to 500 records' : 'one record a call',
    polling: 'returns',
    throttling: local && limits !== 'aws' ? 'none' : 'rejects',
    routing: 'none, a delivery stream has no shards',
    limits: null,
    compression: 'none',
    fixes: {
      ...(isOnAws ? {} : { durability: 'Use a delivery stream on AWS.' }),
      place: isOnAws ? 'Run streamgauge in the region of the delivery stream.' : 'Use a server on another machine.',
    },
  };
}

function durabilityOf(local: boolean, isOnAws: boolean, endpoint: string | undefined): string {
  if (local) return 'none until it is delivered: records are in the memory of this process';
  return isOnAws ? 'in three Availability Zones until it is delivered' : endpointDurability(endpoint);
}
