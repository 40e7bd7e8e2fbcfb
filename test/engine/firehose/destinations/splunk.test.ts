import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import type { DeliveryOutcome } from '../../../../engine/firehose/delivery/destination.ts';
import { SplunkDestination, type SplunkOptions } from '../../../../engine/firehose/destinations/splunk.ts';
import { ARRIVED_AT_MS, batchOf, NEVER } from './batches.ts';
import { type SplunkFake, type SplunkFakeOptions, startSplunk, TOKEN } from './splunk-fake.ts';
import { sendJson } from './test-server.ts';

const CHANNEL = 'fe0ecfad-13d5-401b-847d-77833bd77131';

async function start(fake: SplunkFakeOptions = {}, options: Partial<SplunkOptions> = {}) {
  const splunk = await startSplunk(fake);
  onTestFinished(splunk.close);
  const clock = new VirtualClock(ARRIVED_AT_MS);
  const destination = new SplunkDestination(
    {
      hecEndpoint: splunk.url,
      hecEndpointType: 'Raw',
      hecToken: TOKEN,
      ackTimeoutMs: 180_000,
      channel: CHANNEL,
      ...options,
    },
    clock,
  );
  onTestFinished(() => destination.close());
  return { splunk, clock, destination };
}

const pollsOf = ({ received }: SplunkFake) => received.filter(({ path }) => path.endsWith('/ack'));

/** Moves the clock by seconds until the delivery ends. @returns the outcome, and the time that it took. */
async function run(clock: VirtualClock, delivering: Promise<DeliveryOutcome>, splunk: SplunkFake) {
  let outcome: DeliveryOutcome | undefined;
  const startMs = clock.nowMs();
  const ended = delivering.then((end) => {
    outcome = end;
  });
  for (let seen = -1; outcome === undefined; ) {
    // A request must arrive and its response be read before time goes on.
    for (let turns = 0; turns < 20 || splunk.received.length !== seen; turns++) {
      seen = splunk.received.length;
      await nextTurn();
    }
    if (outcome === undefined) clock.advance(1000);
  }
  await ended;
  return { outcome: outcome as DeliveryOutcome, tookMs: clock.nowMs() - startMs };
}

describe('a delivery to Splunk', () => {
  test('sends records without separators to the raw endpoint, and ends with the acknowledgement', async () => {
    const { splunk, clock, destination } = await start();
    const { outcome, tookMs } = await run(clock, destination.deliver(batchOf(['a\n', 'b', 'c']), NEVER), splunk);
    expect(outcome).toEqual({ kind: 'delivered' });
    expect(splunk.accepted).toEqual(['a\nbc']);
    expect(splunk.received.map(({ path }) => path)).toEqual(['/services/collector/raw', '/services/collector/ack']);
    expect(tookMs).toBe(1000);
  });

  test('sends events to the event endpoint', async () => {
    const { splunk, clock, destination } = await start({}, { hecEndpointType: 'Event' });
    const batch = batchOf(['{"event":"a"}', '{"event":{"b":1},"time":5}']);
    expect((await run(clock, destination.deliver(batch, NEVER), splunk)).outcome).toEqual({ kind: 'delivered' });
    expect(splunk.accepted).toEqual(['{"event":"a"}{"event":{"b":1},"time":5}']);
  });

  test('polls after longer and longer pauses, of at most 10 seconds', async () => {
    const { splunk, clock, destination } = await start({ pollsUntilAck: 6 });
    const { outcome, tookMs } = await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    expect(outcome).toEqual({ kind: 'delivered' });
    expect(pollsOf(splunk).length).toBe(7);
    expect(tookMs).toBe((1 + 2 + 4 + 8 + 10 + 10 + 10) * 1000);
  });

  test('ends with Splunk.AckTimeout once the timeout is over without an acknowledgement', async () => {
    const { splunk, clock, destination } = await start({ pollsUntilAck: 1000 });
    const { outcome, tookMs } = await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'Splunk.AckTimeout' });
    expect(tookMs).toBe(180_000);
    expect(splunk.accepted.length).toBe(1);
  });

  test('polls once after the clock has jumped over the timeout', async () => {
    const { splunk, clock, destination } = await start();
    const delivering = destination.deliver(batchOf(['a']), NEVER);
    clock.advance(3_600_000);
    expect(await delivering).toEqual({ kind: 'delivered' });
    expect(pollsOf(splunk).length).toBe(1);
  });

  test('restarts the timeout of the acknowledgement with each try', async () => {
    const { splunk, clock, destination } = await start({ pollsUntilAck: 30 });
    await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    const { outcome, tookMs } = await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'Splunk.AckTimeout' });
    expect(tookMs).toBe(180_000);
  });

  test('uses one connection and one channel for all requests', async () => {
    const { splunk, clock, destination } = await start({ pollsUntilAck: 3 });
    for (const text of ['a', 'b']) await run(clock, destination.deliver(batchOf([text]), NEVER), splunk);
    expect(splunk.connections()).toBe(1);
    expect(new Set(splunk.received.map(({ headers }) => headers['x-splunk-request-channel']))).toEqual(
      new Set([CHANNEL]),
    );
  });

  test('returns the cookies of a load balancer', async () => {
    const { splunk, clock, destination } = await start({
      intercept: (_, response) => {
        response.setHeader('Set-Cookie', ['AWSELB=0123ab; PATH=/; MAX-AGE=60', 'other=1']);
        return undefined;
      },
    });
    await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    expect(splunk.received.map(({ headers }) => headers.cookie)).toEqual([undefined, 'AWSELB=0123ab; other=1']);
  });

  test('ends with Splunk.ProxyWithoutStickySessions if another indexer gets the polls', async () => {
    const { splunk, clock, destination } = await start({ pollsUntilAck: 1 });
    const delivering = destination.deliver(batchOf(['a']), NEVER);
    await splunk.until(1);
    splunk.changeIndexer();
    const { outcome } = await run(clock, delivering, splunk);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'Splunk.ProxyWithoutStickySessions' });
  });

  test('survives polls that fail', async () => {
    let polls = 0;
    const { splunk, clock, destination } = await start({
      intercept: ({ path, socket }, response) => {
        if (!path.endsWith('/ack') || ++polls > 3) return undefined;
        if (polls === 1) socket.resetAndDestroy();
        else if (polls === 2) sendJson(response, 503, { text: 'Server is busy', code: 9 });
        else response.end('<html>');
        return true;
      },
    });
    const { outcome } = await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    expect(outcome).toEqual({ kind: 'delivered' });
    expect(splunk.accepted.length).toBe(1);
  });

  test('ends at once when the delivery stream ends', async () => {
    const { splunk, destination } = await start({ pollsUntilAck: 1000 });
    const abort = new AbortController();
    const delivering = destination.deliver(batchOf(['a']), abort.signal);
    await splunk.until(1);
    abort.abort();
    expect(await delivering).toMatchObject({ kind: 'retry' });
  });
});

describe('an error of Splunk', () => {
  const respondWith = (status: number, body: unknown): SplunkFakeOptions => ({
    intercept: (_, response) => {
      sendJson(response, status, body);
      return true;
    },
  });

  test.each<[code: string, text: string, fake: SplunkFakeOptions, options: Partial<SplunkOptions>, records: string[]]>([
    ['InvalidToken', 'the token is unknown', {}, { hecToken: 'other' }, ['a']],
    ['DisabledToken', 'the token is disabled', respondWith(403, { text: 'Token disabled', code: 1 }), {}, ['a']],
    ['DisabledAck', 'the token has no acknowledgements', { acksEnabled: false }, {}, ['a']],
    ['InvalidDataFormat', 'there are no bytes', {}, {}, ['']],
    ['InvalidDataFormat', 'an event is no JSON', {}, { hecEndpointType: 'Event' }, ['text']],
    ['InvalidDataFormat', 'an event lacks its field', {}, { hecEndpointType: 'Event' }, ['{"evt":1}']],
    ['InvalidIndex', 'the index is wrong', respondWith(400, { text: 'Incorrect index', code: 7 }), {}, ['a']],
    ['ServerError', 'the server has an error', respondWith(500, { text: 'Internal server error', code: 8 }), {}, ['a']],
    ['ServerError', 'the server is busy', respondWith(503, { text: 'Server is busy', code: 9 }), {}, ['a']],
    ['ServerError', 'a success has no code', respondWith(200, {}), {}, ['a']],
    ['InvalidEndpoint', 'the path is unknown', respondWith(404, { text: 'not found' }), {}, ['a']],
    ['InvalidEndpoint', 'the endpoint redirects', respondWith(302, { text: 'elsewhere' }), {}, ['a']],
    ['InvalidToken', 'a proxy rejects the token', respondWith(401, 'no'), {}, ['a']],
    [
      'ConnectionClosed',
      'the connection ends',
      {
        intercept: ({ socket }) => {
          socket.resetAndDestroy();
          return true;
        },
      },
      {},
      ['a'],
    ],
  ])('is Splunk.%s if %s', async (code, _, fake, options, records) => {
    const { splunk, clock, destination } = await start(fake, options);
    const { outcome } = await run(clock, destination.deliver(batchOf(records), NEVER), splunk);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: `Splunk.${code}` });
    expect(splunk.received.length).toBe(1);
  });

  test('is Splunk.ConnectionTimeout if no response comes before the timeout of the acknowledgement', async () => {
    const { splunk, clock, destination } = await start({ intercept: () => true }, { ackTimeoutMs: 600_000 });
    const delivering = destination.deliver(batchOf(['a']), NEVER);
    await splunk.until(1);
    clock.advance(600_000);
    expect(await delivering).toMatchObject({ kind: 'retry', errorCode: 'Splunk.ConnectionTimeout' });
  });

  test('is Splunk.InvalidEndpoint if no server listens, and Splunk.SSLHandshake if it speaks no TLS', async () => {
    const closed = await startSplunk();
    await closed.close();
    const { splunk, destination } = await start({}, { hecEndpoint: closed.url });
    expect(await destination.deliver(batchOf(['a']), NEVER)).toMatchObject({ errorCode: 'Splunk.InvalidEndpoint' });
    const other = await start({}, { hecEndpoint: splunk.url.replace('http:', 'https:') });
    expect(await other.destination.deliver(batchOf(['a']), NEVER)).toMatchObject({ errorCode: 'Splunk.SSLHandshake' });
  });

  test('never contains the token', async () => {
    const { splunk, clock, destination } = await start({
      intercept: ({ headers }, response) => {
        sendJson(response, 500, { text: headers.authorization, code: 8 });
        return true;
      },
    });
    const { outcome } = await run(clock, destination.deliver(batchOf(['a']), NEVER), splunk);
    expect(outcome).toMatchObject({ errorMessage: expect.stringContaining('Splunk ***') });
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  });
});
