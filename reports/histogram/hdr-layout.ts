/** Lowest discernible value, highest trackable value, significant decimal digits. */
export interface HdrParameters {
  readonly lowest: number;
  readonly highest: number;
  readonly digits: number;
}

/** Which values share a class, for any parameters. slots.ts is the fast form for ours. */
export interface HdrLayout extends HdrParameters {
  readonly subBucketCount: number;
  readonly bucketCount: number;
  /** How many classes reach `highest`. */
  readonly classCount: number;
  readonly indexOf: (value: number) => number;
  readonly lowestOf: (index: number) => number;
  readonly highestOf: (index: number) => number;
  readonly medianOf: (index: number) => number;
  readonly widthOf: (index: number) => number;
}

/**
 * @returns undefined when the parameters make no histogram: lowest below 1, highest below 2 * lowest, digits not 0 to 5.
 * Source: HdrHistogram, AbstractHistogram.java.
 */
export function hdrLayout({ lowest, highest, digits }: HdrParameters): HdrLayout | undefined {
  if (!Number.isInteger(digits) || digits < 0 || digits > 5) return undefined;
  if (!Number.isSafeInteger(lowest) || lowest < 1 || !(highest >= 2 * lowest)) return undefined;
  const subBucketCount = 2 ** Math.ceil(Math.log2(2 * 10 ** digits));
  const halfCount = subBucketCount / 2;
  const unit = 2 ** Math.floor(Math.log2(lowest));
  let bucketCount = 1;
  for (let reach = subBucketCount * unit; reach <= highest; reach *= 2) bucketCount++;

  const bucketOf = (index: number) => Math.max(0, Math.floor(index / halfCount) - 1);
  const widthOf = (index: number) => unit * 2 ** bucketOf(index);
  const lowestOf = (index: number) => (index - bucketOf(index) * halfCount) * widthOf(index);
  const indexOf = (value: number) => {
    let inUnits = Math.floor(value / unit);
    let bucket = 0;
    for (; inUnits >= subBucketCount; inUnits = Math.floor(inUnits / 2)) bucket++;
    return bucket * halfCount + inUnits;
  };
  return {
    lowest,
    highest,
    digits,
    subBucketCount,
    bucketCount,
    classCount: (bucketCount + 1) * halfCount,
    indexOf,
    lowestOf,
    highestOf: (index) => lowestOf(index) + widthOf(index) - 1,
    medianOf: (index) => lowestOf(index) + Math.floor(widthOf(index) / 2),
    widthOf,
  };
}
