import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateDeliveryStreamCommand, InvalidArgumentException } from '@aws-sdk/client-firehose';
import { describe, expect, test } from 'vitest';
import { eventually, objectsIn, servedFirehose, toBucket } from './set-up.ts';

const HINTS = { BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 } };

describe('objects of a delivery stream to a folder', () => {
  test('have the compression, the prefix, the zone and the ending of its configuration', async () => {
    const { client, clock, folder, put } = await servedFirehose();
    const destination = {
      ...HINTS,
      Prefix: "day=!{timestamp:yyyy-MM-dd'T'HH}/",
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
      CustomTimeZone: 'Asia/Kolkata',
      CompressionFormat: 'GZIP',
    } as const;
    await client.send(new CreateDeliveryStreamCommand(toBucket('logs', destination)));
    for (const text of ['a', 'b\n', 'c']) await put(text);
    clock.advance(60_000);
    const key = await eventually(async () => {
      return [...(await objectsIn(folder)).keys()][0];
    });
    expect(key).toMatch(/^archive\/day=2026-02-01T05\/logs-1-2026-02-01-05-00-00-[0-9a-f-]{36}\.gz$/);
    expect(gunzipSync(await readFile(join(folder, key))).toString()).toBe('ab\nc');
  });

  test('must have names that can be evaluated when the stream is created', async () => {
    const { client } = await servedFirehose();
    const destination = { Prefix: '!{timestamp:yyyy}/!{host:name}/', CustomTimeZone: 'Mars/Olympus' };
    const creating = client.send(new CreateDeliveryStreamCommand(toBucket('logs', destination)));
    await expect(creating).rejects.toThrow(InvalidArgumentException);
    await expect(creating).rejects.toThrow(/"!\{host:name\}".* CustomTimeZone /);
  });
});
