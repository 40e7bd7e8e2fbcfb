import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LiveSnapshot } from '../../../runners/live/snapshot.ts';
import { otlpReceiver } from '../../../runners/push/otlp.ts';
import { MetricsPusher, pushReport } from '../../../runners/push/pusher.ts';
import { pushgateway } from '../../../runners/push/pushgateway.ts';
import { type ReceivingServer, receivingServer } from './receiving-server.ts';

const RUN = { run: 'clicks', info: { scenario: 'clicks' } };

function snapshot(sent: number): LiveSnapshot {
  return {
    startedAtMs: 1.7e12,
    elapsedNs: 2e9,
    totalNs: 8e9,
    phase: [{ name: 'steady', index: 0, count: 1, progressRatio: 0.25 }],
    intendedPerSecond: 100,
    achievedPerSecond: 99,
    bytesPerSecond: 9900,
    putToGet: { count: 10, p50Ns: 1e6, p99Ns: 2e6, maxNs: 3e6 },
    sent,
    received: sent - 1,
    throttled: 1,
    retried: 2,
    dropped: 3,
    inFlight: 4,
    lagRecords: [5, 6],
    consumerCount: 1,
    draining: false,
  };
}

/** Creates a pusher with a clock that the test advances. */
function pusherTo({ url }: Pick<ReceivingServer, 'url'>, intervalMs = 1000) {
  const clock = { nowMs: 0 };
  const receiver = pushgateway(url, 'clicks', 'box');
  const pusher = new MetricsPusher(receiver, { intervalMs, run: RUN, nowMs: () => clock.nowMs });
  return { clock, receiver, pusher };
}

interface OtlpPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly flags?: number;
}

/** Returns samples by name and labels. */
function pointsIn(body: string): Map<string, OtlpPoint> {
  type Points = { readonly dataPoints: OtlpPoint[] };
  type Metric = { readonly name: string; readonly sum?: Points; readonly gauge?: Points };
  const request: { resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[] } = JSON.parse(body);
  const { metrics } = request.resourceMetrics[0]!.scopeMetrics[0]!;
  return new Map(
    metrics.flatMap(({ name, sum, gauge }) =>
      (sum ?? gauge)!.dataPoints.map((point) => {
        const labels = point.attributes.map(({ key, value }) => `${key}=${value.stringValue}`);
        return [`${name} ${labels.join(' ')}`, point] as const;
      }),
    ),
  );
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

describe('pushing during a run', () => {
  test('sends the newest snapshot once an interval, and the final numbers at the end', async () => {
    await using server = await receivingServer();
    const { clock, pusher } = pusherTo(server);
    for (let tick = 0; tick <= 8; tick++) {
      clock.nowMs = tick * 250;
      pusher.show(snapshot(1000 + tick));
      await until(() => server.received.length === 1 + Math.floor(tick / 4));
      // The response must arrive before the next push may begin.
      await sleep(20);
    }
    const counts = await pusher.end(
      () => [{ name: 'done', kind: 'gauge', help: 'd', samples: [{ labels: {}, value: 1 }] }],
      0,
    );
    expect(counts).toEqual({ pushed: 4, failed: 0 });
    const sent = server.received.map(
      ({ body }) => /^streamgauge_acknowledged_records_total\S* (\d+)$/m.exec(body)?.[1],
    );
    expect(sent).toEqual(['1000', '1004', '1008', undefined]);
    expect(server.received.at(-1)?.body).toBe('# HELP done d\n# TYPE done gauge\ndone 1\n');
  });

  test('sends the state of the run', async () => {
    await using server = await receivingServer();
    const { pusher } = pusherTo(server);
    pusher.show(snapshot(1000));
    await pusher.end(() => [], 0);
    const { body, method, headers } = server.received[0]!;
    expect([method, headers['content-type']]).toEqual(['PUT', 'text/plain; version=0.0.4; charset=utf-8']);
    for (const line of [
      'streamgauge_run_finished{run="clicks"} 0',
      'streamgauge_run_elapsed_seconds{run="clicks"} 2',
      'streamgauge_live_progress_ratio{run="clicks"} 0.25',
      'streamgauge_live_put_to_get_seconds{run="clicks",statistic="p99"} 0.002',
      'streamgauge_live_lag_records{run="clicks",shard="1"} 6',
      'streamgauge_dropped_records_total{run="clicks"} 3',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
  });

  test('marks live samples as gone at the end, for a receiver that would keep them', async () => {
    await using server = await receivingServer();
    const clock = { nowMs: 0 };
    const options = { intervalMs: 1000, run: RUN, nowMs: () => clock.nowMs };
    const pusher = new MetricsPusher(otlpReceiver(server.url, '1', {}), options);
    pusher.show(snapshot(1));
    clock.nowMs = 1000;
    const second = { ...snapshot(2), lagRecords: [5], putToGet: { count: 0, p50Ns: 0, p99Ns: 0, maxNs: 0 } };
    // The snapshot is sent when the response to the first push has arrived.
    await until(() => {
      if (server.received.length === 2) return true;
      pusher.show(second);
      return false;
    });
    const dropped = { labels: { run: 'clicks' }, value: 3 };
    await pusher.end(
      () => [{ name: 'streamgauge_dropped_records', kind: 'counter', help: 'd', samples: [dropped] }],
      0,
    );
    const [first, then, last] = server.received.map(({ body }) => pointsIn(body));
    const isLive = (series: string) => series.startsWith('streamgauge.live_');
    expect([...first!.keys()].filter(isLive)).toHaveLength(11);
    expect([...then!.keys()].filter(isLive)).toHaveLength(7);
    for (const series of first!.keys()) {
      // A sample that was sent before and is not among the last numbers becomes a point without a value.
      const flags = series === 'streamgauge.dropped_records run=clicks' ? undefined : 1;
      expect(last!.get(series)?.flags, series).toBe(flags);
      expect(Object.keys(last!.get(series) ?? {}).filter((key) => key.startsWith('as'))).toHaveLength(
        flags === 1 ? 0 : 1,
      );
    }
  });

  test('never waits: without a response there is only one running push, and show returns immediately', async () => {
    await using server = await receivingServer(() => {});
    const { clock, pusher, receiver } = pusherTo(server, 1000);
    for (let tick = 0; tick < 1000; tick++) {
      clock.nowMs = tick * 250;
      pusher.show(snapshot(tick));
    }
    await until(() => server.received.length > 0);
    expect(server.received).toHaveLength(1);
    const counts = await pusher.end(() => [], 0);
    expect(counts).toEqual({ pushed: 2, failed: 2, lastProblem: 'no response within 1 s' });
    expect(pushReport(receiver, counts)).toBe(
      `--push ${server.url}/metrics/job/streamgauge/instance/box/run/clicks: 2 of 2 pushes failed, the last one with no response within 1 s.\n`,
    );
  });

  test('does not let the final push overtake a running one', async () => {
    await using server = await receivingServer((response, index) =>
      setTimeout(() => response.end(), index === 0 ? 150 : 0),
    );
    const { pusher } = pusherTo(server);
    pusher.show(snapshot(1));
    await pusher.end(() => [], 0);
    expect(server.received[1]!.atMs - server.received[0]!.atMs).toBeGreaterThan(140);
  });
});

describe('a failure of a receiver', () => {
  const failure = async (server: ReceivingServer, url = server.url) => {
    const { pusher } = pusherTo({ url });
    return (await pusher.end(() => [], 0)).lastProblem;
  };

  test('is quoted with its status in one line, without control characters and secrets', async () => {
    await using server = await receivingServer((response) => {
      response.writeHead(400).end('bad \u001b[31mline for me:hunter2 bWU6aHVudGVyMg==\nmore');
    });
    const url = server.url.replace('http://', 'http://me:hunter2@');
    expect(await failure(server, url)).toBe('HTTP 400: bad ?[31mline for me:*** ***');
  });

  test('is not followed to the address of a redirect', async () => {
    await using elsewhere = await receivingServer();
    await using server = await receivingServer((response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect(await failure(server)).toMatch(/^HTTP 307/);
    expect(elsewhere.received).toEqual([]);
  });

  test('is named by its code if nothing can connect', async () => {
    const server = await receivingServer();
    await server[Symbol.asyncDispose]();
    expect(await failure(server)).toBe('ECONNREFUSED');
  });

  test('is read only up to the limit if its response never ends', async () => {
    await using server = await receivingServer((response) => {
      response.writeHead(500);
      const more = () => {
        if (response.destroyed) return;
        if (response.write('x'.repeat(16_384))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect(await failure(server)).toMatch(/^HTTP 500: x{160}$/);
  });

  test('is only counted if metrics cannot be formatted', async () => {
    await using server = await receivingServer();
    const { pusher } = pusherTo(server);
    const broken = () => {
      throw new TypeError('broken');
    };
    expect(await pusher.end(broken, 0)).toMatchObject({
      pushed: 1,
      failed: 1,
      lastProblem: 'TypeError while the metrics were written',
    });
  });

  test('states the number of rejected points of an OTLP partial success', async () => {
    await using server = await receivingServer((response) => {
      response.end('{"partialSuccess":{"rejectedDataPoints":"7","errorMessage":"too old"}}');
    });
    const pusher = new MetricsPusher(otlpReceiver(server.url, '1', {}), { intervalMs: 1000, run: RUN });
    expect(await pusher.end(() => [], 0)).toMatchObject({ failed: 1, lastProblem: '7 data points rejected: too old' });
  });

  test.each([
    '',
    '{}',
    'null',
    'nonsense',
    '{"partialSuccess":{}}',
    '{"partialSuccess":{"rejectedDataPoints":"0","errorMessage":"fyi"}}',
  ])('is absent for the OTLP response %j', async (body) => {
    await using server = await receivingServer((response) => response.end(body));
    const pusher = new MetricsPusher(otlpReceiver(server.url, '1', {}), { intervalMs: 1000, run: RUN });
    expect(await pusher.end(() => [], 0)).toEqual({ pushed: 1, failed: 0 });
  });
});
