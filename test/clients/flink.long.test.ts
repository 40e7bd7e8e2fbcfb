import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaClient, startJava, trustStoreOf } from './java-client.ts';
import { putKeyed, sdkFor } from './keyed-load.ts';
import { type Served, serve } from './served.ts';
import { serveTls } from './served-tls.ts';

const flink = await javaClient('flink');

const STREAM = 'flink';
const COUNT = 1000;
const OPTIONS = ['--limits', 'none', '--delay', '0ms', '--stream', `${STREAM}:2`];

describe.skipIf(flink.kind === 'missing')(
  `Flink 1.20 with its Kinesis connector${flink.kind === 'missing' ? ` (skipped: ${flink.reason})` : ''}`,
  () => {
    let plain: Served;
    let tls: Awaited<ReturnType<typeof serveTls>>;
    let store = '';
    let expected: readonly string[] = [];

    beforeAll(async () => {
      plain = await serve(OPTIONS);
      tls = await serveTls(OPTIONS);
      store = await trustStoreOf(tls.certificateFile, tls.folder);
      for (const { url } of [plain, tls]) {
        const kinesis = sdkFor(url);
        expected = (await putKeyed(kinesis, STREAM, { count: COUNT, pauseMs: 0 })).toSorted();
        kinesis.destroy();
      }
    });
    afterAll(async () => {
      await plain?.end();
      await tls?.end();
    });

    test.each([
      ['polling', 'plain'],
      ['fan-out', 'plain'],
      ['polling', 'TLS'],
      ['fan-out', 'TLS'],
    ] as const)(
      'reads every record once by %s over %s',
      async (mode, transport) => {
        if (flink.kind !== 'ready') return;
        const url = transport === 'TLS' ? tls.url : plain.url;
        const program = startJava(flink, 'CountJob', [url, STREAM, String(COUNT), mode], store);
        const timeout = setTimeout(() => program.child.kill(), 90_000);
        const { code, stderr } = await program.ended;
        clearTimeout(timeout);
        const received = program.lines.flatMap((line) => (line.startsWith('record ') ? [line.slice(7)] : []));
        expect(received.toSorted(), stderr).toEqual(expected);
        expect(code).toBe(0);
      },
      120_000,
    );
  },
);
