import { openShardStore } from '../../../../engine/account/store/shard-store.ts';
import { TINY } from './store-model.ts';
import { put } from './store-records.ts';

/** Appends batches until it is killed, and prints the number of settled records after each. */
const store = openShardStore({
  ...TINY,
  folder: process.argv[2]!,
  durability: 'every-put',
  onDefect: ({ message }) => process.stderr.write(`${message}\n`),
});
for (let appended = 0; ; ) {
  const sizes = Array.from({ length: 1 + (appended % 50) }, (_, i) => (appended * 31 + i * 17) % 900);
  put(store, appended, sizes, appended);
  appended += sizes.length;
  await store.settled();
  process.stdout.write(`${appended}\n`);
}
