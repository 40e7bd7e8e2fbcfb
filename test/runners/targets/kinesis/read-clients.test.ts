import { expect, test } from 'vitest';
import { leanConnection } from '../../../../runners/targets/kinesis/read-clients.ts';

const connection = { region: 'eu-west-1', protocol: 'http1', timeoutNs: 1e9 } as const;
const onAws = { ...connection, endpoint: 'https://kinesis.eu-west-1.amazonaws.com' };
const local = { ...connection, endpoint: 'http://127.0.0.1:4567' };

test('the lean client subscribes over HTTP/2 on AWS, which pushes records over nothing else', () => {
  expect(leanConnection(onAws, 'fan-out')).toEqual({ ...onAws, protocol: 'http2' });
  expect(leanConnection(local, 'fan-out')).toBe(local);
});

test('the lean client polls over the HTTP version of the target', () => {
  for (const each of [onAws, local]) expect(leanConnection(each, 'polling')).toBe(each);
});
