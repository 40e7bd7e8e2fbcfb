import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportOf } from './built-client.ts';
import { javaClient, startJava, trustStoreOf } from './java-client.ts';
import { type Served, serve } from './served.ts';
import { serveTls } from './served-tls.ts';

const java = await javaClient('kcl');
const OPTIONS = ['--limits', 'none', '--delay', '100ms'];

describe.skipIf(java.kind === 'missing').each(['plain', 'TLS'])(
  `the AWS SDK for Java 2, in CBOR over HTTP/2${java.kind === 'missing' ? ` (skipped: ${java.reason})` : ''}, %s`,
  (transport) => {
    let served: Served;
    let report: Readonly<Record<string, string>> = {};
    let stderr = '';

    beforeAll(async () => {
      if (java.kind !== 'ready') return;
      let store: string | undefined;
      if (transport === 'TLS') {
        const tls = await serveTls(OPTIONS);
        store = await trustStoreOf(tls.certificateFile, tls.folder);
        served = tls;
      } else served = await serve(OPTIONS);
      const program = startJava(java, 'SdkCalls', [served.url], store);
      ({ stderr } = await program.ended);
      report = reportOf(program.lines);
    });
    afterAll(() => served?.end());

    test('puts, reads, subscribes and reshards', () => {
      expect(report, stderr).toEqual({
        failed: '0',
        number: expect.stringMatching(/^49\d{54}$/),
        read: '101',
        same: 'true',
        ageMs: expect.any(String),
        pushed: '101',
        shards: '3',
        children: 'shardId-000000000001,shardId-000000000002',
        error: 'ResourceNotFoundException Stream nowhere under account 000000000000 not found.',
      });
    });

    test('reads timestamps as dates of now', () => {
      expect(Math.abs(Number(report.ageMs))).toBeLessThan(600_000);
    });
  },
);
