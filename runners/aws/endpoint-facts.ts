import type { TargetFacts } from '../../reports/result/target-facts.ts';
import { isLoopback } from './endpoint.ts';

/** Facts about a service at an endpoint that is not AWS. Its settings are the server's, which a client does not see. */

export const endpointPlace = (endpoint: string | undefined): TargetFacts['place'] =>
  isLoopback(endpoint) ? 'machine' : 'network';

export const endpointDurability = (endpoint: string | undefined): string =>
  `decided by the server at ${endpoint ?? 'the endpoint'}; streamgauge serve keeps records in memory without --data-dir`;
