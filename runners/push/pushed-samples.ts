import type { Labels, MetricFamily, MetricSample } from '../../reports/export/metric-family.ts';
import type { MetricHead } from '../../reports/export/metric-heads.ts';

/** What a receiver was sent so far, so that it can be told in the end what is gone. Bounded by the scenario, as labels are. */
export class PushedSamples {
  readonly #heads = new Map<string, MetricHead>();
  readonly #labels = new Map<string, Map<string, Labels>>();

  add(families: readonly MetricFamily[]): void {
    for (const { samples, ...head } of families) {
      // A summary cannot say that it has no value; there is none that ends before the run.
      if (head.kind === 'summary') continue;
      this.#heads.set(head.name, head);
      const known = this.#labels.get(head.name) ?? new Map<string, Labels>();
      this.#labels.set(head.name, known);
      for (const { labels } of samples) known.set(keyOf(labels), labels);
    }
  }

  /** The families, and NaN for every sample that was sent before and is not among theirs. */
  withGone(families: readonly MetricFamily[]): MetricFamily[] {
    const names = new Set(families.map(({ name }) => name));
    const lost = [...this.#heads.values()].filter(({ name }) => !names.has(name));
    return [
      ...families.map((family) => ({ ...family, samples: [...family.samples, ...this.#goneOf(family)] })),
      ...lost.map((head) => ({ ...head, samples: this.#goneOf({ name: head.name, samples: [] }) })),
    ];
  }

  #goneOf({ name, samples }: Pick<MetricFamily, 'name' | 'samples'>): MetricSample[] {
    const there = new Set(samples.map(({ labels }) => keyOf(labels)));
    const gone = [...(this.#labels.get(name) ?? [])].filter(([key]) => !there.has(key));
    return gone.map(([, labels]) => ({ labels, value: Number.NaN }));
  }
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());
