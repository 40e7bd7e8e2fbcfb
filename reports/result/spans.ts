/**
 * sendDelay     intended -> handed to the target: the generator's own lateness
 * ackLatency    handed over -> acknowledged
 * residence     written -> received; where its clock starts is a trait of the target
 * putToGet      intended -> received: the headline, free of coordinated omission
 * uncorrected   handed over -> received: what a tool without intended times would show, kept beside putToGet
 */
export const SPANS = ['sendDelay', 'ackLatency', 'residence', 'putToGet', 'uncorrected'] as const;
export type Span = (typeof SPANS)[number];

export const PRODUCER_SPANS = ['sendDelay', 'ackLatency'] as const;
export const CONSUMER_SPANS = ['residence', 'putToGet', 'uncorrected'] as const;
export type ConsumerSpan = (typeof CONSUMER_SPANS)[number];
/** scheduleLag: a record's batch was due -> it was handed over. The run's check of itself, not a latency. */
export const PRODUCER_HISTOGRAMS = [...PRODUCER_SPANS, 'scheduleLag'] as const;
export const CONSUMER_HISTOGRAMS = CONSUMER_SPANS;
export type ProducerHistogram = (typeof PRODUCER_HISTOGRAMS)[number];
export type ConsumerHistogram = (typeof CONSUMER_HISTOGRAMS)[number];
