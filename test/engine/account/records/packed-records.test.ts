import { expect, test } from 'vitest';
import { RecordPacker, unpackInto } from '../../../../engine/account/records/packed-records.ts';
import { RecordObjects } from '../../../../engine/account/records/record-writer.ts';
import { Engine } from '../../../../engine/engine.ts';

const SIZES = [0, 1, 7, 8, 100, 1023, 1024, 5000, 100_000];

test('packed records of a shard are those that a reader of the shard gets, whatever their keys and sizes', async () => {
  const engine = await Engine.open({ limits: 'none', streams: { orders: 1 } });
  try {
    await engine.call('StartStreamEncryption', { StreamName: 'orders', EncryptionType: 'KMS', KeyId: 'key' });
    for (const [i, bytes] of SIZES.entries()) {
      if (i === 4)
        await engine.call('StopStreamEncryption', { StreamName: 'orders', EncryptionType: 'KMS', KeyId: 'key' });
      const data = Buffer.alloc(bytes, i);
      await engine.putMany('orders', [
        { partitionKey: 'k'.repeat(1 + i), data },
        { partitionKey: `clé "${i}"`, data },
      ]);
    }
    const { ShardIterator } = await engine.call('GetShardIterator', {
      StreamName: 'orders',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const input = { ShardIterator };
    const { Records = [] } = await engine.call('GetRecords', input);
    const packer = new RecordPacker();
    await engine.service.getRecords(input, packer);
    const objects = new RecordObjects();
    unpackInto(objects, structuredClone(packer.end()!));
    expect(Records).toHaveLength(2 * SIZES.length);
    expect(new Set(Records.map(({ EncryptionType }) => EncryptionType))).toEqual(new Set(['KMS', undefined]));
    expect(objects.end()).toEqual(Records);
  } finally {
    await engine.close();
  }
});

test('a read without records packs nothing', () => {
  expect(new RecordPacker().end()).toBeUndefined();
});
