import type { ServerResponse } from 'node:http';
import { type Received, sendJson, startServer, type TestServer } from './test-server.ts';

export const TOKEN = '5e0b3f0a-1111-2222-3333-444455556666';

export interface SplunkFakeOptions {
  /** Responds in another way than a collector does; undefined lets the collector respond. */
  readonly intercept?: (request: Received, response: ServerResponse) => true | undefined;
  /** The number of polls that find an acknowledgement missing. Default: 0. */
  readonly pollsUntilAck?: number;
  readonly acksEnabled?: boolean;
}

export interface SplunkFake extends TestServer {
  /** The bytes of each accepted request, as text. */
  readonly accepted: readonly string[];
  /** Makes an indexer that knows no channel respond from now on. */
  changeIndexer(): void;
}

const CHANNEL = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The HTTP event collector of one indexer: tokens, channels, acknowledgements that are reported once. */
export async function startSplunk(options: SplunkFakeOptions = {}): Promise<SplunkFake> {
  const { intercept, pollsUntilAck = 0, acksEnabled = true } = options;
  const accepted: string[] = [];
  /** By channel and id: polls until it is reported. */
  let channels = new Map<string, Map<number, number>>();

  const fail = (response: ServerResponse, status: number, code: number, text: string) =>
    sendJson(response, status, { text, code });

  const collect = (request: Received, channel: string, isRaw: boolean, response: ServerResponse) => {
    const text = request.body.toString();
    if (text === '') return fail(response, 400, 5, 'No data');
    const problem = isRaw ? undefined : eventProblem(text);
    if (problem !== undefined) return fail(response, 400, ...problem);
    accepted.push(text);
    if (!acksEnabled) return sendJson(response, 200, { text: 'Success', code: 0 });
    const acks = channels.get(channel) ?? new Map<number, number>();
    channels.set(channel, acks);
    const ackId = acks.size;
    acks.set(ackId, pollsUntilAck);
    sendJson(response, 200, { text: 'Success', code: 0, ackId });
  };

  const poll = (request: Received, channel: string, response: ServerResponse) => {
    const acks = channels.get(channel);
    if (!acksEnabled) return fail(response, 400, 14, 'ACK is disabled');
    if (acks === undefined) return fail(response, 400, 11, 'Invalid data channel');
    const { acks: ids }: { acks: number[] } = JSON.parse(request.body.toString());
    const result = Object.fromEntries(ids.map((id) => [id, reportOnce(acks, id)]));
    sendJson(response, 200, { acks: result });
  };

  const server = await startServer((request, response) => {
    if (intercept?.(request, response) === true) return;
    const { authorization } = request.headers;
    if (authorization === undefined) return fail(response, 401, 2, 'Token is required');
    if (!authorization.startsWith('Splunk ')) return fail(response, 401, 3, 'Invalid authorization');
    if (authorization !== `Splunk ${TOKEN}`) return fail(response, 403, 4, 'Invalid token');
    const channel = String(request.headers['x-splunk-request-channel'] ?? '');
    if (channel === '') return fail(response, 400, 10, 'Data channel is missing');
    if (!CHANNEL.test(channel)) return fail(response, 400, 11, 'Invalid data channel');
    switch (`${request.method} ${request.path}`) {
      case 'POST /services/collector/raw':
        return collect(request, channel, true, response);
      case 'POST /services/collector/event':
        return collect(request, channel, false, response);
      case 'POST /services/collector/ack':
        return poll(request, channel, response);
      default:
        return fail(response, 404, 404, 'The requested URL was not found on this server.');
    }
  });
  return Object.assign(server, {
    accepted,
    changeIndexer: () => {
      channels = new Map();
    },
  });
}

function reportOnce(acks: Map<number, number>, id: number): boolean {
  const polls = acks.get(id);
  if (polls === undefined || polls < 0) return false;
  acks.set(id, polls - 1);
  return polls === 0;
}

/** Events follow each other without a separator, so the fake reads them one by one. */
function eventProblem(text: string): [code: number, text: string] | undefined {
  for (const part of text.split(/(?<=\})(?=\{)/)) {
    try {
      const { event }: { event?: unknown } = JSON.parse(part);
      if (event === undefined) return [12, 'Event field is required'];
      if (event === '') return [13, 'Event field cannot be blank'];
    } catch {
      return [6, 'Invalid data format'];
    }
  }
  return undefined;
}
