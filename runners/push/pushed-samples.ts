import type { Labels, MetricFamily, MetricSample } from '../../reports/export/metric-family.ts';
import type { MetricHead } from '../../reports/export/metric-heads.ts';

/**
 * The samples sent to a receiver so far, so that the end of the run can mark those that no longer exist. Labels bound their
 * number.
 */
export class PushedSamples {
  readonly #heads = new Map<string, MetricHead>();
  readonly #labels = new Map<string, Map<string, Labels>>();

  add(families: readonly MetricFamily[]): void {
    for (const { samples, ...head } of families) {
      // A summary cannot be marked as gone; no summary ends before the run.
      if (head.kind === 'summary') continue;
      this.#heads.set(head.name, head);
      const known = this.#labels.get(head.name) ?? new Map<string, Labels>();
      this.#labels.set(head.name, known);
      for (const { labels } of samples) known.set(keyOf(labels), labels);
    }
  }

  /** Returns the families with NaN for every sample that was sent before and that they lack. */
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
