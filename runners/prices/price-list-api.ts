import type { PriceList } from './price-list.ts';

/**
 * Prices from the JSON of the AWS Price List API for the service code AmazonKinesis: an offer file (products and terms by SKU), or the
 * list that GetProducts returns, whose elements may be JSON in texts.
 */
interface Product {
  /** Without the prefix of the region, such as `EUW1-`. */
  readonly usageType: string;
  /** Everything that describes it, for prices whose usage type is not documented. */
  readonly words: string;
  readonly regionCode: string | undefined;
  readonly usd: number;
  readonly unit: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function isPriceListApi(value: unknown): boolean {
  return isFields(value) && ('PriceList' in value || ('products' in value && 'terms' in value));
}

/**
 * @param base gives what the API does not list: sizes of units, and the minimum of on-demand Advantage.
 * @returns the prices, or the problem.
 */
export function pricesOfApi(
  value: unknown,
  base: PriceList,
): { readonly prices: PriceList; readonly problem: '' } | { readonly prices?: never; readonly problem: string } {
  const products = productsOf(value);
  const regions = [...new Set(products.flatMap(({ regionCode }) => regionCode ?? []))];
  if (regions.length > 1)
    return { problem: `it has prices of ${regions.length} regions (${regions.slice(0, 3).join(', ')}, ...)` };
  const missing: string[] = [];
  const price = (name: string, isIt: (product: Product) => boolean): number => {
    const found = products.find(isIt);
    if (found === undefined) missing.push(name);
    return found?.usd ?? 0;
  };
  const usage = (name: string) => price(name, ({ usageType }) => usageType === name);
  const prices: PriceList = {
    schemaVersion: 1,
    region: regions[0] ?? 'unknown region',
    asOf: dateOf(value),
    currency: 'USD',
    sources: ['AWS Price List API, AmazonKinesis'],
    gigabyteBytes: base.gigabyteBytes,
    provisioned: {
      shardHour: usage('Storage-ShardHour'),
      millionPutUnits: usage('PutRequestPayloadUnits') * 1e6,
      putUnitBytes: base.provisioned.putUnitBytes,
      fanOutShardHour: usage('EnhancedFanoutHour'),
      fanOutGigabyte: price('fan-out bytes', isFanOutBytes),
    },
    onDemand: {
      streamHour: usage('OnDemand-StreamHour'),
      gigabyteIn: usage('OnDemand-BilledIncomingBytes'),
      gigabyteOut: usage('OnDemand-BilledOutgoingBytes'),
      fanOutGigabyte: usage('OnDemand-BilledOutgoingEFOBytes'),
      roundedToBytes: base.onDemand.roundedToBytes,
    },
    ...advantageOf(products, base),
  };
  return missing.length === 0 ? { prices, problem: '' } : { problem: `it lacks ${missing.join(', ')}` };
}

/** The usage type of this price is not documented: its group and unit are. */
const isFanOutBytes = ({ usageType, words, unit }: Product): boolean =>
  !usageType.startsWith('OnDemand') && !/Advantage/iu.test(words) && /fan-?out/iu.test(words) && /^GB/iu.test(unit);

/** Undefined if one of its prices is missing: a plan then shows no price for it. */
function advantageOf(
  products: readonly Product[],
  { onDemandAdvantage }: PriceList,
): Pick<PriceList, 'onDemandAdvantage'> {
  const priceOf = (end: RegExp) =>
    products.find(({ usageType, words }) => /Advantage/iu.test(words) && end.test(usageType))?.usd;
  const gigabyteIn = priceOf(/IncomingBytes$/u);
  const gigabyteOut = priceOf(/OutgoingBytes$/u);
  const fanOutGigabyte = priceOf(/OutgoingEFOBytes$/u);
  if (onDemandAdvantage === undefined || gigabyteIn === undefined || gigabyteOut === undefined) return {};
  if (fanOutGigabyte === undefined) return {};
  return { onDemandAdvantage: { ...onDemandAdvantage, gigabyteIn, gigabyteOut, fanOutGigabyte } };
}

function productsOf(value: unknown): Product[] {
  if (!isFields(value)) return [];
  if (Array.isArray(value.PriceList)) return value.PriceList.flatMap((item) => productOf(parsedItem(item)));
  const terms = fieldAt(fieldAt(value.terms, 'OnDemand'), '');
  const products = isFields(value.products) ? value.products : {};
  return Object.entries(products).flatMap(([sku, product]) =>
    productOf({ product, terms: { OnDemand: fieldAt(terms, sku) } }),
  );
}

/** One element of GetProducts: a product with its own terms. */
function productOf(item: unknown): Product[] {
  const attributes = fieldAt(fieldAt(item, 'product'), 'attributes');
  if (!isFields(attributes)) return [];
  const offers = fieldAt(fieldAt(item, 'terms'), 'OnDemand');
  const dimensions = valuesOf(offers).flatMap((offer) => valuesOf(fieldAt(offer, 'priceDimensions')));
  // A price with tiers: the first one is the price of the first gigabyte.
  const first = dimensions.find((dimension) => Number(fieldAt(dimension, 'beginRange') ?? 0) === 0) ?? dimensions[0];
  const usd = Number(fieldAt(fieldAt(first, 'pricePerUnit'), 'USD'));
  const usageType = textOf(attributes.usagetype);
  if (usageType === '' || !Number.isFinite(usd)) return [];
  const words = [usageType, attributes.group, attributes.groupDescription, attributes.operation].map(textOf).join(' ');
  const regionCode = textOf(attributes.regionCode) || textOf(attributes.location) || undefined;
  return [
    {
      usageType: usageType.replace(/^[A-Z]{2,4}\d?-/u, ''),
      words,
      regionCode,
      usd,
      unit: textOf(fieldAt(first, 'unit')),
    },
  ];
}

function parsedItem(item: unknown): unknown {
  if (typeof item !== 'string') return item;
  try {
    return JSON.parse(item);
  } catch {
    return undefined;
  }
}

/** Publication date by AWS, which GetProducts has in each element. */
function dateOf(value: unknown): string {
  const list = isFields(value) && Array.isArray(value.PriceList) ? parsedItem(value.PriceList[0]) : value;
  return textOf(fieldAt(list, 'publicationDate')).slice(0, 10) || 'unknown date';
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldAt = (value: unknown, name: string): unknown =>
  isFields(value) ? (name === '' ? value : value[name]) : undefined;
const valuesOf = (value: unknown): unknown[] => (isFields(value) ? Object.values(value) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
