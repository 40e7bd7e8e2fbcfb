import { request } from 'node:http';

/** Headers of a signed request; no server here checks signatures. */
export const SIGNED_HEADERS = {
  'Content-Type': 'application/x-amz-json-1.1',
  'X-Amz-Date': '20261124T120000Z',
  Authorization:
    'AWS4-HMAC-SHA256 Credential=bench/20261124/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
} as const;

/** Prefixes of operations in the header X-Amz-Target. */
export const KINESIS_TARGET = 'Kinesis_20131202.';
export const FIREHOSE_TARGET = 'Firehose_20150804.';

/**
 * One call in JSON over HTTP/1.1 on a connection of its own, for what is not measured.
 * @returns the response's members; blobs in base64.
 * @throws Error with status and body if the call fails.
 */
export const callKinesis = (port: number, operation: string, input: object): Promise<Record<string, unknown>> =>
  call(port, KINESIS_TARGET, operation, input);

/** The same for Firehose. */
export const callFirehose = (port: number, operation: string, input: object): Promise<Record<string, unknown>> =>
  call(port, FIREHOSE_TARGET, operation, input);

async function call(port: number, target: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = { ...SIGNED_HEADERS, 'X-Amz-Target': `${target}${operation}` };
  const { status, body } = await exchange(port, 'POST', '/', headers, JSON.stringify(input));
  if (status !== 200) throw new Error(`${operation} returned ${status} ${body}`);
  return body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
}

/** @throws Error when the status is not 200. */
export async function getText(port: number, path: string): Promise<string> {
  const { status, body } = await exchange(port, 'GET', path, {}, '');
  if (status !== 200) throw new Error(`GET ${path} returned ${status}`);
  return body;
}

function exchange(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  sent: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(sent);
  });
}
