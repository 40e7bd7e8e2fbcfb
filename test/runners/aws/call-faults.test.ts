import {
  InternalFailureException,
  KinesisServiceException,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis';
import { expect, test } from 'vitest';
import { faultOf, faultOfCode } from '../../../runners/aws/call-faults.ts';
import { openClient } from '../../../runners/aws/client.ts';
import { startOwn } from '../targets/kinesis/peers.ts';

const ofService = (name: string, httpStatusCode: number) =>
  new KinesisServiceException({
    name,
    $fault: httpStatusCode >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode },
  });
const ofSystem = (code: string) => Object.assign(new Error('connection lost'), { code });
const named = (name: string) => Object.assign(new Error('a message'), { name });

test.each<[string, unknown, string, string]>([
  [
    'a shard’s limit',
    new ProvisionedThroughputExceededException({ message: '', $metadata: {} }),
    'throttled',
    'ProvisionedThroughputExceededException',
  ],
  ['a rate of calls', ofService('LimitExceededException', 400), 'throttled', 'LimitExceededException'],
  ['a status that says too many', ofService('Surprise', 429), 'throttled', 'Surprise'],
  [
    'a failure inside the service',
    new InternalFailureException({ message: '', $metadata: {} }),
    'transient',
    'InternalFailureException',
  ],
  ['any failure with a status of 503', ofService('Surprise', 503), 'transient', 'Surprise'],
  ['a timeout', named('TimeoutError'), 'transient', 'TimeoutError'],
  ['a broken connection', ofSystem('ECONNRESET'), 'transient', 'ECONNRESET'],
  [
    'a broken connection that HTTP/1.1 calls a timeout',
    Object.assign(ofSystem('ECONNRESET'), { name: 'TimeoutError' }),
    'transient',
    'ECONNRESET',
  ],
  [
    'a connection that was never had',
    Object.assign(ofSystem('ERR_HTTP2_STREAM_CANCEL'), { cause: ofSystem('ECONNREFUSED') }),
    'transient',
    'ECONNREFUSED',
  ],
  ['an answer that is none', named('SyntaxError'), 'transient', 'SyntaxError'],
  ['a stream that is not there', ofService('ResourceNotFoundException', 400), 'refused', 'ResourceNotFoundException'],
  ['a right that is missing', ofService('AccessDeniedException', 400), 'refused', 'AccessDeniedException'],
  ['credentials that are missing', named('CredentialsProviderError'), 'refused', 'CredentialsProviderError'],
  ['what is no error at all', 'oops', 'transient', 'UnknownError'],
])('%s has its fault and its code', (_, error, kind, code) => {
  expect(faultOf(error)).toEqual({ kind, code });
});

test('entries of a PutRecords response name their errors without the word Exception', () => {
  expect(faultOfCode('InternalFailure').kind).toBe('transient');
  expect(faultOfCode('ProvisionedThroughputExceededException').kind).toBe('throttled');
});

test.each([
  ['http2', 'ConnectionLost'],
  ['http1', 'ECONNRESET'],
] as const)('a connection that ends under a call over %s is counted as %s', async (protocol, code) => {
  const own = await startOwn();
  const client = await openClient({ endpoint: own.endpoint, protocol, timeoutNs: 5e9 }, { sockets: 1, for: 'calls' });
  own.engine.account.faults.set([{ kind: 'drop-connection' }]);
  const error: unknown = await client.listStreams().catch((thrown: unknown) => thrown);
  expect(faultOf(error)).toEqual({ kind: 'transient', code });
  client.destroy();
  await own.close();
});
