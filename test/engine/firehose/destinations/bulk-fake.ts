import type { ServerResponse } from 'node:http';
import { type Received, sendJson, startServer, type TestServer } from './test-server.ts';

export interface BulkLine {
  readonly action: Readonly<Record<string, string>>;
  readonly source: string;
}

export type RespondToBulk = (lines: readonly BulkLine[], response: ServerResponse, request: Received) => void;

export interface BulkFake extends TestServer {
  /** The documents of each well-formed request. */
  readonly bulks: readonly (readonly BulkLine[])[];
  /** Rules of the bulk API that requests broke. */
  readonly violations: readonly string[];
}

/** A bulk API that rejects malformed requests as a whole, as OpenSearch does. */
export async function startBulk(respond: RespondToBulk = indexAll): Promise<BulkFake> {
  const bulks: BulkLine[][] = [];
  const violations: string[] = [];
  const server = await startServer((request, response) => {
    const lines = linesOf(request);
    if (typeof lines === 'string') {
      violations.push(lines);
      return sendJson(response, 400, { error: { type: 'illegal_argument_exception', reason: lines }, status: 400 });
    }
    bulks.push(lines);
    respond(lines, response, request);
  });
  return Object.assign(server, { bulks, violations });
}

export const indexAll: RespondToBulk = (lines, response) =>
  sendItems(
    response,
    lines.map(() => ({ status: 201 })),
  );

export function sendItems(
  response: ServerResponse,
  results: readonly { readonly status: number; readonly error?: unknown }[],
): void {
  const items = results.map((result) => ({ index: { _index: 'logs', _id: '1', ...result } }));
  sendJson(response, 200, { took: 3, errors: results.some(({ status }) => status >= 300), items });
}

const ACTION_MEMBERS = new Set(['_index', '_id', '_type']);

function linesOf({ method, path, headers, body }: Received): BulkLine[] | string {
  if (method !== 'POST' || path !== '/_bulk') return `${method} ${path}`;
  if (headers['content-type'] !== 'application/x-ndjson') return `content type ${headers['content-type']}`;
  const lines = body.toString().split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length % 2 !== 0) return `${lines.length} lines`;
  const bulk: BulkLine[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const action: Record<string, Record<string, string>> = JSON.parse(lines[index]!);
    const members = action.index ?? {};
    if (Object.keys(action).join() !== 'index' || members._index === undefined) return `action ${lines[index]}`;
    if (Object.keys(members).some((name) => !ACTION_MEMBERS.has(name))) return `action ${lines[index]}`;
    bulk.push({ action: members, source: lines[index + 1]! });
  }
  return bulk;
}
