import type { Admin } from '@platformatic/kafka';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { FETCH } from './fetch-call.ts';
import { kafkaProblem } from './kafka-errors.ts';
import { PRODUCE } from './produce-call.ts';

/** @throws RunnerError RUNNER_TARGET_FAILED when the broker is too old, or too new, for the requests of this target. */
export async function checkVersions(admin: Admin, spec: KafkaTargetSpec): Promise<void> {
  const apis = await admin.listApis();
  for (const { key, version, name } of [
    { ...PRODUCE, name: 'Produce' },
    { ...FETCH, name: 'Fetch' },
  ]) {
    const api = apis.find(({ apiKey }) => apiKey === key);
    if (api !== undefined && api.minVersion <= version && version <= api.maxVersion) continue;
    const offered = api === undefined ? 'has no such request' : `has versions ${api.minVersion} to ${api.maxVersion}`;
    const what = `UnsupportedVersion: this target needs ${name} version ${version}, and the broker ${offered}`;
    throw kafkaProblem(spec, what, 'Use a broker of Kafka 2.8 to 4.x.');
  }
}
