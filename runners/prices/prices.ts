import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type RunnerError, runnerError } from '../errors.ts';
import type { PriceList } from './price-list.ts';
import { isPriceListApi, pricesOfApi } from './price-list-api.ts';
import ownPrices from './prices.json' with { type: 'json' };

const usd = z.number().nonnegative();
const bytes = z.int().positive();
const volume = { gigabyteIn: usd, gigabyteOut: usd, fanOutGigabyte: usd, roundedToBytes: bytes };

const priceListSchema: z.ZodType<PriceList> = z.strictObject({
  schemaVersion: z.literal(1),
  region: z.string().min(1).max(100),
  asOf: z.string().min(4).max(40),
  currency: z.literal('USD'),
  sources: z.array(z.string().max(1000)).min(1).max(20),
  gigabyteBytes: bytes,
  provisioned: z.strictObject({
    shardHour: usd,
    millionPutUnits: usd,
    putUnitBytes: bytes,
    fanOutShardHour: usd,
    fanOutGigabyte: usd,
  }),
  onDemand: z.strictObject({ streamHour: usd, ...volume }),
  onDemandAdvantage: z
    .strictObject({ ...volume, minimumInBytesPerSecond: usd, minimumOutBytesPerSecond: usd })
    .optional(),
});

/** The prices that ship with the project. */
export const OWN_PRICES: PriceList = priceListSchema.parse(ownPrices);

/** Where and when prices held, in few words: `us-east-1, 2026-05`. */
export const priceDate = ({ region, asOf }: Pick<PriceList, 'region' | 'asOf'>): string => `${region}, ${asOf}`;

/**
 * Reads a price list of this project's form, or JSON of the AWS Price List API: an offer file, or what
 * `aws pricing get-products --service-code AmazonKinesis` prints.
 * @throws RunnerError RUNNER_PRICES_NOT_UNDERSTOOD
 */
export async function readPrices(file: string): Promise<PriceList> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw notUnderstood(file, cause instanceof Error ? cause.message : String(cause));
  }
  if (isPriceListApi(value)) {
    const { prices, problem } = pricesOfApi(value, OWN_PRICES);
    if (prices === undefined) throw notUnderstood(file, problem);
    return prices;
  }
  const parsed = priceListSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw notUnderstood(file, shown.join('; '));
}

function notUnderstood(file: string, what: string): RunnerError {
  return runnerError('RUNNER_PRICES_NOT_UNDERSTOOD', {
    what: `${file} is not a price list: ${what}`,
    fix: 'Give a file like runners/prices/prices.json, or JSON of the AWS Price List API for AmazonKinesis and one region.',
  });
}
