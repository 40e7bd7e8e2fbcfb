/** Buffering hints that the service uses when none are given. Source: Firehose guide, "Buffering hints". */
export const S3_BUFFER = { SizeInMBs: 5, IntervalInSeconds: 300 } as const;
