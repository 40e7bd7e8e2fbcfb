import type { FaultSpec } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import { type FaultInjection, faultRulesOf } from './fault-injection.ts';
import { servedCall } from './served-call.ts';

/** Faults of an engine that `streamgauge serve` serves, by its control call. No other service takes any. */
export class ServedFaults implements FaultInjection {
  readonly #url: URL;
  readonly #stream: string;

  /** @param stream name of the stream or delivery stream. */
  constructor(endpoint: string, stream: string) {
    this.#url = new URL('/streamgauge/faults', endpoint);
    this.#stream = stream;
  }

  async setFaults(faults: readonly FaultSpec[], startsAtMs: number): Promise<void> {
    const { status, body } = await this.#call(faultRulesOf(faults, startsAtMs, this.#stream)).catch(unreachable);
    if (status === 200) return;
    throw runnerError('RUNNER_TARGET_FAILED', {
      what: `the endpoint takes no faults: status ${status}, ${body.slice(0, 200)}`,
      where: this.#url.href,
      fix: 'Use an engine of `streamgauge serve`, or leave faults out.',
    });
  }

  async endFaults(): Promise<readonly (number | null)[]> {
    const { body } = await this.#call(undefined);
    await this.#call([]);
    const { rules = [] }: { readonly rules?: readonly { readonly injected?: number }[] } = JSON.parse(body);
    return rules.map(({ injected }) => injected ?? null);
  }

  /** @param rules undefined returns those that are set. */
  #call(rules: readonly object[] | undefined) {
    return servedCall(this.#url, 'POST', rules);
  }
}

function unreachable(cause: unknown): { readonly status: number; readonly body: string } {
  return { status: 0, body: cause instanceof Error ? cause.message : String(cause) };
}
