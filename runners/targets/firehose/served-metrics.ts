import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetMetric } from '../../../reports/result/target-metric.ts';
import { servedCall } from '../served-call.ts';

/** A delivery that a consumer has seen already may not be counted yet. */
const SETTLE_MS = 100;
const SETTLE_ATTEMPTS = 10;

type Part = 'count' | 'sum' | 'min' | 'max';
type Parts = Record<Part, number>;
type Metrics = ReadonlyMap<string, Parts>;

const SAMPLE = /^streamgauge_firehose_(?<part>count|sum|min|max)\{(?<labels>[^}]*)\} (?<value>\S+)$/gm;

/** CloudWatch's metrics of a delivery stream as an engine of `streamgauge serve` counts them. Other services have none here. */
export class ServedMetrics {
  readonly #url: URL;
  readonly #deliveryStream: string;
  readonly #before: Metrics;

  private constructor(url: URL, deliveryStream: string, before: Metrics) {
    this.#url = url;
    this.#deliveryStream = deliveryStream;
    this.#before = before;
  }

  /** @returns undefined if the endpoint is no engine of this project. */
  static async open(endpoint: string, deliveryStream: string): Promise<ServedMetrics | undefined> {
    const url = new URL('/metrics', endpoint);
    const before = await read(url, deliveryStream).catch(() => undefined);
    return before && new ServedMetrics(url, deliveryStream, before);
  }

  /** The metrics since `open`, in the order of their names. */
  async sinceOpen(): Promise<readonly TargetMetric[]> {
    const now = await this.#settled();
    return [...now]
      .map(([name, parts]) => metricOf(name, parts, this.#before.get(name)))
      .filter(({ count }) => count > 0)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Reads until two readings are the same. */
  async #settled(): Promise<Metrics> {
    let latest = await this.#read();
    for (let attempt = 1; attempt < SETTLE_ATTEMPTS; attempt++) {
      await sleep(SETTLE_MS);
      const next = await this.#read();
      const isSame = textOf(next) === textOf(latest);
      latest = next;
      if (isSame) break;
    }
    return latest;
  }

  async #read(): Promise<Metrics> {
    return (await read(this.#url, this.#deliveryStream)) ?? new Map();
  }
}

const textOf = (metrics: Metrics): string => JSON.stringify([...metrics]);

async function read(url: URL, deliveryStream: string): Promise<Metrics | undefined> {
  const { status, body } = await servedCall(url, 'GET');
  if (status !== 200 || !body.includes('# HELP streamgauge_')) return undefined;
  const metrics = new Map<string, Parts>();
  for (const { groups } of body.matchAll(SAMPLE)) {
    const { part, labels, value } = groups as { readonly part: Part; readonly labels: string; readonly value: string };
    if (!labels.includes(`delivery_stream="${deliveryStream}"`)) continue;
    const name = /metric="(?<name>[^"]+)"/.exec(labels)?.groups?.name ?? '';
    const parts = metrics.get(name) ?? { count: 0, sum: 0, min: 0, max: 0 };
    parts[part] = Number(value);
    metrics.set(name, parts);
  }
  return metrics;
}

function metricOf(name: string, { count, sum, min, max }: Parts, before: Parts | undefined): TargetMetric {
  const unit = unitOf(name);
  if (before === undefined || before.count === 0) return { name, unit, count, sum, min, max };
  return { name, unit, count: count - before.count, sum: sum - before.sum, min: null, max: null };
}

/** Units of CloudWatch by the ends of names. Source: Firehose guide, "Monitor metrics". */
function unitOf(name: string): TargetMetric['unit'] {
  if (/Bytes(?:PerSecondLimit)?$/.test(name)) return 'Bytes';
  if (/\.(?:DataFreshness|DataAckLatency)$/.test(name)) return 'Seconds';
  if (/\.(?:Latency|Duration)$/.test(name)) return 'Milliseconds';
  return name.endsWith('.Success') ? 'Ratio' : 'Count';
}
