/** Limits of one shard of a provisioned stream: Amazon Kinesis Data Streams, Quotas and limits, 2025. */
export const AWS_SHARD_RATES = { recordsPerSecond: 1000, bytesPerSecond: 1e6 } as const;

/** AWS documents that a shard refills each second, and not how much an idle one saves up. One second is what others measured. */
export const AWS_BURST_NS = 1e9;
