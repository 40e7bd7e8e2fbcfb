import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  advantageHourUsd,
  billedRates,
  onDemandHourUsd,
  provisionedHourUsd,
} from '../../../runners/prices/price-month.ts';
import { OWN_PRICES, readPrices } from '../../../runners/prices/prices.ts';
import { emptyFolder } from '../commands/cli-command.ts';

const prices2023 = await readPrices(join(import.meta.dirname, '../plan/prices-2023.json'));
const polling = (count: number) => ({ polling: count, fanOut: 0 });

describe('prices of an hour', () => {
  // methods.md 4.10.
  test.each([
    [100, 1, 1, 0.02, 0.0812, 0.0949],
    [1000, 1, 1, 0.0654, 0.452, 0.5893],
    [10_000, 1, 10, 0.654, 4.1599, 5.5332],
    [1000, 10, 10, 0.2004, 4.1599, 5.5332],
  ])('%d/s of %d KB on %d shards', (rate, kilobytes, shards, provisioned, oneReader, twoReaders) => {
    const rates = billedRates(rate, kilobytes * 1024, prices2023);
    expect(provisionedHourUsd(shards, rates, polling(1), prices2023)).toBeCloseTo(provisioned, 4);
    expect(onDemandHourUsd(rates, polling(1), prices2023)).toBeCloseTo(oneReader, 4);
    expect(onDemandHourUsd(rates, polling(2), prices2023)).toBeCloseTo(twoReaders, 4);
  });

  test('fan-out costs a shard-hour for each consumer of each shard, and its bytes', () => {
    const rates = billedRates(1000, 1024, OWN_PRICES);
    const without = provisionedHourUsd(4, rates, polling(1), OWN_PRICES);
    const gigabytes = (1000 * 1024 * 3600) / 2 ** 30;
    const expected = without + 2 * (4 * 0.015 + gigabytes * 0.013);
    expect(provisionedHourUsd(4, rates, { polling: 1, fanOut: 2 }, OWN_PRICES)).toBeCloseTo(expected, 10);
  });

  test('the minimum of on-demand Advantage is about 100 dollars a day', () => {
    const { usd, isMinimum } = advantageHourUsd(billedRates(10, 1024, OWN_PRICES), polling(1), OWN_PRICES)!;
    expect(usd * 24).toBeCloseTo(101.25, 2);
    expect(isMinimum).toBe(true);
  });
});

/** A product as the API lists it, with its terms. */
const product = (usagetype: string, usd: string, more: object = {}, unit = 'GB') => ({
  product: {
    attributes: { servicecode: 'AmazonKinesis', regionCode: 'eu-west-1', usagetype: `EUW1-${usagetype}`, ...more },
  },
  terms: {
    OnDemand: { 'S.T': { priceDimensions: { 'S.T.R': { unit, beginRange: '0', pricePerUnit: { USD: usd } } } } },
  },
  publicationDate: '2026-10-02T00:00:00Z',
});

const LIST = [
  product('Storage-ShardHour', '0.017', {}, 'ShardHour'),
  product('PutRequestPayloadUnits', '0.0000000165', {}, 'PutRequest'),
  product('EnhancedFanoutHour', '0.017', {}, 'ConsumerShardHour'),
  product('ReadBytes', '0.015', { group: 'Enhanced fan-out data retrieval' }),
  product('OnDemand-StreamHour', '0.044', {}, 'StreamHr'),
  product('OnDemand-BilledIncomingBytes', '0.088'),
  product('OnDemand-BilledOutgoingBytes', '0.044'),
  product('OnDemand-BilledOutgoingEFOBytes', '0.055'),
];

function fileOf(value: unknown): string {
  const file = join(emptyFolder(), 'prices.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

describe('a price list', () => {
  test('is read from what GetProducts returns, with its region and date', async () => {
    const prices = await readPrices(fileOf({ PriceList: LIST.map((item) => JSON.stringify(item)) }));
    expect(prices).toMatchObject({ region: 'eu-west-1', asOf: '2026-10-02' });
    expect(prices.provisioned).toMatchObject({ shardHour: 0.017, fanOutShardHour: 0.017, fanOutGigabyte: 0.015 });
    expect(prices.provisioned.millionPutUnits).toBeCloseTo(0.0165, 10);
    expect(prices.onDemand).toMatchObject({
      streamHour: 0.044,
      gigabyteIn: 0.088,
      gigabyteOut: 0.044,
      fanOutGigabyte: 0.055,
    });
    expect(prices.onDemandAdvantage).toBeUndefined();
  });

  test('is read from an offer file, which has its terms apart from the products', async () => {
    const products = Object.fromEntries(LIST.map((item, i) => [`SKU${i}`, item.product]));
    const OnDemand = Object.fromEntries(LIST.map((item, i) => [`SKU${i}`, item.terms.OnDemand]));
    const prices = await readPrices(fileOf({ publicationDate: '2026-10-02T00:00:00Z', products, terms: { OnDemand } }));
    expect(prices).toMatchObject({ region: 'eu-west-1', asOf: '2026-10-02', provisioned: { shardHour: 0.017 } });
  });

  test('has the prices of on-demand Advantage if the API lists all of them', async () => {
    const advantage = [
      product('OnDemandAdvantage-BilledIncomingBytes', '0.035'),
      product('OnDemandAdvantage-BilledOutgoingBytes', '0.018'),
      product('OnDemandAdvantage-BilledOutgoingEFOBytes', '0.018'),
    ];
    const prices = await readPrices(fileOf({ PriceList: [...LIST, ...advantage] }));
    expect(prices.onDemandAdvantage).toMatchObject({ gigabyteIn: 0.035, gigabyteOut: 0.018 });
  });

  test.each([
    ['no JSON', '{', /is not a price list/],
    ['a price that is missing', { PriceList: LIST.slice(1) }, /it lacks Storage-ShardHour/],
    [
      'two regions',
      { PriceList: [...LIST, product('Storage-ShardHour', '1', { regionCode: 'us-east-1' })] },
      /2 regions/,
    ],
    [
      'a price below 0',
      { ...OWN_PRICES, onDemand: { ...OWN_PRICES.onDemand, gigabyteIn: -1 } },
      /onDemand\.gigabyteIn/,
    ],
    ['an unknown member', { ...OWN_PRICES, shardHour: 1 }, /shardHour/],
  ])('is rejected for %s', async (_, content, message) => {
    await expect(readPrices(fileOf(content))).rejects.toMatchObject({ code: 'RUNNER_PRICES_NOT_UNDERSTOOD' });
    await expect(readPrices(fileOf(content))).rejects.toThrow(message);
  });
});
