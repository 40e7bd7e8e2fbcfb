/** Where a target runs: inside this process, on this machine, or on another one. */
export const TARGET_PLACES = ['process', 'machine', 'network'] as const;
/** A read of a polling consumer returns at once, or waits in the target until there is something to read. */
export const POLL_ENDINGS = ['returns', 'waits'] as const;
/** A target over its limit rejects calls, delays its responses, or has no limit. */
export const THROTTLE_WAYS = ['rejects', 'delays', 'none'] as const;

/** Topics of fairness for which a kind of target knows how to change its own settings. */
export const FIXABLE_TOPICS = ['durability', 'place', 'limits', 'reading', 'model'] as const;
export type FixableTopic = (typeof FIXABLE_TOPICS)[number];

/**
 * The guarantees of a target and the way to it, as far as its settings show them. Comparisons of targets print the guarantees,
 * and find in the other facts what makes a comparison unfair. Texts are phrases without a full stop.
 */
export interface TargetFacts {
  /** The failures that an acknowledged record survives. */
  readonly durability: string;
  readonly order: string;
  /** The number of times that a record may arrive. */
  readonly delivery: string;
  /**
   * Machines or zones that hold a record before its acknowledgement; 0 if only the memory of this process does, null if the
   * settings do not show it.
   */
  readonly copies: number | null;
  readonly place: (typeof TARGET_PLACES)[number];
  readonly client: string;
  /** The way of the records of one call to the target. */
  readonly batching: string;
  readonly polling: (typeof POLL_ENDINGS)[number];
  readonly throttling: (typeof THROTTLE_WAYS)[number];
  /** The function from a key to its shard. */
  readonly routing: string;
  /** Rates of one shard by contract; null if only hardware limits it, or if that is unknown. */
  readonly limits: { readonly recordsPerSecond: number; readonly bytesPerSecond: number } | null;
  /** `none`, or the name of the algorithm. */
  readonly compression: string;
  /** Source of simulated latencies; absent if the target has its own. */
  readonly model?: string;
  /** Changes of the settings of this target that make a comparison fair. Sentences. */
  readonly fixes: Readonly<Partial<Record<FixableTopic, string>>>;
}
