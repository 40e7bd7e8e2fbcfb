import type { ConsumerContext, ConsumerPort, ProducerContext, ProducerPort, SetUpContext, Target } from './target.ts';

/**
 * A target of your own: the export `target` of a module that a scenario names by `target: { kind: module, path: ... }`.
 *
 * The module is loaded once on the main thread, for `setUp`, and once on each worker thread, for the ports. A worker has
 * only the handle: it must survive `structuredClone`.
 */
export interface CustomTarget<Options = unknown, Handle = unknown> {
  /**
   * Checks the other keys of the scenario's target, such as a zod schema does. What it throws becomes the error of the
   * run. Without it, `setUp` gets the keys as they are written.
   */
  readonly options?: { parse(written: unknown): Options };
  setUp(options: Options, context: SetUpContext): Promise<CustomSetUp<Handle>> | CustomSetUp<Handle>;
  openProducer(handle: Handle, context: ProducerContext): ProducerPort;
  /** Absent if the traits have `consumers: 'with-producers'`. */
  openConsumer?(handle: Handle, context: ConsumerContext): ConsumerPort;
}

export interface CustomSetUp<Handle> extends Pick<Target, 'traits' | 'resharding' | 'faultInjection'> {
  readonly handle: Handle;
  /** Deletes what `setUp` created. */
  tearDown?(): Promise<void> | void;
}
