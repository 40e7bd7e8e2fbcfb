import { resultMetrics } from '../../reports/export/result-metrics.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { parseDurationNs } from '../../workloads/units.ts';
import { runnerError } from '../errors.ts';
import { readOwnVersion } from '../package.ts';
import type { RunPush } from './no-push.ts';
import { otlpReceiver } from './otlp.ts';
import { MetricsPusher, pushReport } from './pusher.ts';
import { pushgateway } from './pushgateway.ts';

export interface RunPushOptions {
  /** URL of a Pushgateway. */
  readonly push?: string | undefined;
  /** URL of an OTLP/HTTP endpoint. */
  readonly otlp?: string | undefined;
  readonly interval?: string | undefined;
}

const DEFAULT_INTERVAL = '5s';
const INTERVAL_MS_MIN = 1000;
const INTERVAL_MS_MAX = 3_600_000;

/** @throws RUNNER_USAGE for an invalid URL, header or interval, before the run starts. */
export function openRunPush(options: RunPushOptions, scenario: Scenario): RunPush {
  const { push, otlp } = options;
  const intervalMs = intervalOf(options);
  const version = readOwnVersion();
  const info = {
    scenario: scenario.name,
    scenario_hash: scenarioHash(scenario),
    seed: String(scenario.seed),
    target: scenario.target.kind,
    version,
  };
  const receivers = [
    ...(push === undefined ? [] : [pushgateway(push, scenario.name)]),
    ...(otlp === undefined ? [] : [otlpReceiver(otlp, version)]),
  ];
  const pushers = receivers.map((receiver) => ({
    receiver,
    pusher: new MetricsPusher(receiver, { intervalMs, run: { run: scenario.name, info } }),
  }));
  return {
    show: (snapshot) => {
      for (const { pusher } of pushers) pusher.show(snapshot);
    },
    end: async (result) => {
      const families = () => resultMetrics([{ name: scenario.name, result }]);
      const reports = pushers.map(async ({ receiver, pusher }) => {
        return pushReport(receiver, await pusher.end(families, Date.parse(result.startedAt)));
      });
      return (await Promise.all(reports)).join('');
    },
  };
}

function intervalOf({ push, otlp, interval }: RunPushOptions): number {
  if (interval !== undefined && push === undefined && otlp === undefined) {
    const fix = 'Add one of them with a URL, or omit --push-interval.';
    throw runnerError('RUNNER_USAGE', { what: '--push-interval needs --push or --otlp', fix });
  }
  const parsed = parseDurationNs(interval ?? DEFAULT_INTERVAL);
  const ms = parsed.kind === 'value' ? parsed.value / 1e6 : Number.NaN;
  if (ms >= INTERVAL_MS_MIN && ms <= INTERVAL_MS_MAX) return ms;
  const fix = 'Use a duration from 1s to 1h, for example 5s.';
  throw runnerError('RUNNER_USAGE', { what: `--push-interval is "${interval}"`, fix });
}
