import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { REAL_CLOCK } from '../../../../engine/account/clock.ts';
import { functionOf } from '../../../../engine/firehose/processing/function-source.ts';
import { endpointCall, HttpFunction } from '../../../../engine/firehose/processing/http-function.ts';
import { SignatureVerifier } from '../../../../engine/wire/signature.ts';
import { startServer } from '../destinations/test-server.ts';
import { clock, recordsOf, START_MS, textsOf, through } from './records.ts';
import { STREAM_ARN, transformation, whileTimePasses } from './transformation-set-up.ts';

interface Call {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that records calls and responds to each. */
async function served(respond: (response: ServerResponse, call: Call) => void) {
  const calls: Call[] = [];
  const { url, close } = await startServer(({ method, path, headers, body }, response) => {
    const call = { method, target: path, headers, body: body.toString() };
    calls.push(call);
    respond(response, call);
  });
  onTestFinished(close);
  return { calls, url };
}

interface EventRecord {
  readonly recordId: string;
  readonly data: string;
}

/** Responds as a function that returns texts in upper case. */
function upper(response: ServerResponse, { body }: Call): void {
  const { records }: { readonly records: readonly EventRecord[] } = JSON.parse(body);
  const returned = records.map(({ recordId, data }) => {
    const text = Buffer.from(data, 'base64').toString().toUpperCase();
    return { recordId, result: 'Ok', data: Buffer.from(text).toString('base64') };
  });
  response.end(JSON.stringify({ records: returned }));
}

const codesOf = (failed: readonly { readonly errorCode: string; readonly attemptsMade: number }[]) =>
  failed.map(({ errorCode, attemptsMade }) => `${errorCode} ${attemptsMade}`);

describe('a transformation behind an HTTP endpoint', () => {
  test('gets the event as JSON and returns the records', async () => {
    const { calls, url } = await served(upper);
    const step = transformation(new HttpFunction(endpointCall(`${url}/transform?a=b`)));
    expect(textsOf(await through(step, recordsOf('a', 'é')))).toEqual(['A', 'É']);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: 'POST', target: '/transform?a=b' });
    expect(JSON.parse(calls[0]!.body)).toEqual({
      invocationId: 'invocation-1',
      deliveryStreamArn: STREAM_ARN,
      region: 'eu-west-1',
      records: ['a', 'é'].map((text, i) => ({
        recordId: `r${i}`,
        approximateArrivalTimestamp: START_MS - 1000,
        data: Buffer.from(text).toString('base64'),
      })),
    });
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['no JSON', (response) => response.end('<html>'), 'Lambda.JsonProcessingException 1'],
    ['no body', (response) => response.end(), 'Lambda.JsonProcessingException 1'],
    ['no records', (response) => response.end('{"records":{}}'), 'Lambda.JsonProcessingException 1'],
    ['no ids', (response) => response.end('{"records":[{"result":"Ok","data":""}]}'), 'Lambda.MissingRecordId 1'],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end(), 'Lambda.FunctionError 2'],
    ['status 403', (response) => response.writeHead(403).end(), 'Lambda.InvokeAccessDenied 1'],
    ['status 404', (response) => response.writeHead(404).end(), 'Lambda.ResourceNotFound 1'],
    ['status 429', (response) => response.writeHead(429).end(), 'Lambda.InvokeLimitExceeded 2'],
    ['status 500', (response) => response.writeHead(500).end(), 'Lambda.InternalServerError 2'],
    ['a reset', (response) => response.destroy(), 'Lambda.InternalServerError 2'],
    ['7 MiB', (response) => response.end('x'.repeat(7 * 1024 * 1024)), 'Lambda.FunctionError 2'],
  ])('fails the batch for %s in the response', async (_, respond, code) => {
    const { url } = await served(respond);
    const time = clock();
    const step = transformation(new HttpFunction(endpointCall(url)), { clock: time, retries: 1 });
    const { records, failed } = await whileTimePasses(time, 1000, through(step, recordsOf('a', 'b')));
    expect(records).toEqual([]);
    expect(codesOf(failed)).toEqual([code, code]);
  });

  test('sends the same records with another invocation id when it retries', async () => {
    let calls = 0;
    const server = await served((response, call) => {
      calls += 1;
      if (calls < 3) response.writeHead(503).end();
      else upper(response, call);
    });
    const time = clock();
    const step = transformation(new HttpFunction(endpointCall(server.url)), { clock: time });
    expect(textsOf(await whileTimePasses(time, 1000, through(step, recordsOf('a'))))).toEqual(['A']);
    const events = server.calls.map(({ body }) => JSON.parse(body));
    expect(events.map(({ invocationId }) => invocationId)).toEqual(['invocation-1', 'invocation-2', 'invocation-3']);
    expect(events.map(({ records }) => records)).toEqual([events[0].records, events[0].records, events[0].records]);
  });

  test('fails after five minutes of the clock without a response', async () => {
    const { url } = await served(() => {});
    const time = clock();
    const step = transformation(new HttpFunction(endpointCall(url)), { clock: time, retries: 0 });
    const { failed } = await whileTimePasses(time, 60_000, through(step, recordsOf('a')));
    expect(codesOf(failed)).toEqual(['Lambda.FunctionTimedOut 1']);
  });
});

describe('a transformation behind the invoke API of Lambda', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
  const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:upper:live';
  const sourceAt = (endpoint: string) => ({ upper: { endpoint, region: 'eu-west-1', credentials } });

  test('gets signed requests for the function, which the engine that checks signatures accepts', async () => {
    const verifier = new SignatureVerifier({ accessKey: 'AKIDEXAMPLE', secretKey: 'secret' }, REAL_CLOCK, 'lambda');
    const { calls, url } = await served(upper);
    expect(textsOf(await through(transformation(functionOf(ARN, sourceAt(url))), recordsOf('a')))).toEqual(['A']);
    const [call] = calls;
    expect(call?.target).toBe(`/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`);
    expect(call?.headers).toMatchObject({
      'x-amz-invocation-type': 'RequestResponse',
      'x-amz-security-token': 'token',
    });
    const request = { ...call!, body: Buffer.from(call!.body) };
    verifier.check(request as Parameters<typeof verifier.check>[0]);
    const changed = { ...request, body: Buffer.from(`${call!.body} `) };
    expect(() => verifier.check(changed as Parameters<typeof verifier.check>[0])).toThrow();
  });

  test.each([
    ['{"errorMessage":"boom","errorType":"Error"}', 'Lambda.FunctionError 4'],
    [
      '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 3.00 seconds"}',
      'Lambda.FunctionTimedOut 4',
    ],
  ])('fails the batch after three retries if the function fails with %s', async (text, code) => {
    const { url } = await served((response) =>
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(text),
    );
    const time = clock();
    const step = transformation(functionOf(ARN, sourceAt(url)), { clock: time });
    const { failed } = await whileTimePasses(time, 1000, through(step, recordsOf('a')));
    expect(codesOf(failed)).toEqual([code]);
  });

  test('fails as a function that does not exist if nothing is known of it', async () => {
    const { failed } = await through(transformation(functionOf(ARN, {})), recordsOf('a'));
    expect(codesOf(failed)).toEqual(['Lambda.ResourceNotFound 1']);
  });
});
