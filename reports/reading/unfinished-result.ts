import type { Cell, ConsumerLedger, Interval, Ledger, Outcome, Result, StepReport } from '../result/result.ts';
import type { UnfinishedHead } from '../result/unfinished-format.ts';
import { producerTotals } from '../summary/cells.ts';
import { CellOrder, sumOfSeries } from '../summary/sum-cells.ts';
import { type Measurements, summarise } from '../summary/summary.ts';
import { judgeRun } from '../verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../verdict/validity.ts';

/**
 * Makes a result of the seconds that a run wrote before its process died. The result is partial and INVALID.
 *
 * Some numbers of a finished run are missing because they need the whole process: cells have no shard and no composition, the
 * ledger has no losses (records in flight are neither received nor lost), there are no workers, and steps that were due count as
 * unfinished.
 * @param discardedBytes length of the unreadable end of the file.
 */
export function unfinishedResult(head: UnfinishedHead, series: readonly Interval[], discardedBytes: number): Result {
  const { scenario } = head;
  const endNs = series.at(-1)?.endNs ?? 0;
  const outcome: Outcome = { kind: 'died', discardedBytes };
  const cells = cellsOf(series, head);
  const measurements: Measurements = { scenario, cells, series, ledger: ledgerOf(cells, head) };
  const steps = (scenario.steps ?? []).map((step): StepReport => {
    if (step.atNs >= endNs) return { step, outcome: { kind: 'not-reached' } };
    return { step, outcome: { kind: 'unfinished', askedAtNs: step.atNs } };
  });
  const faults = (scenario.faults ?? []).map((fault) => ({ fault, injected: null }));
  const validity = judgeValidity(measureSelf(measurements, { outcome, workers: [], steps }));
  const { target, notes, expectedCost, part } = head;
  return {
    schemaVersion: head.schemaVersion,
    tool: head.tool,
    startedAt: head.startedAt,
    finishedAt: new Date(Date.parse(head.startedAt) + endNs / 1e6).toISOString(),
    outcome,
    partial: true,
    scenario,
    scenarioHash: head.scenarioHash,
    ...(target === undefined ? {} : { target }),
    seed: head.seed,
    environment: head.environment,
    harnessCeiling: head.harnessCeiling,
    validity,
    verdict: judgeRun(scenario.thresholds, { measurements, outcome, validity }),
    summary: summarise(measurements),
    cells,
    series,
    workers: [],
    ...(steps.length === 0 ? {} : { steps }),
    ...(faults.length === 0 ? {} : { faults }),
    ...(notes === undefined ? {} : { notes }),
    ...(expectedCost === undefined ? {} : { expectedCost }),
    ...(part === undefined ? {} : { part }),
  };
}

function cellsOf(series: readonly Interval[], { scenario }: UnfinishedHead): Cell[] {
  return sumOfSeries(series, new CellOrder(scenario)).map((cell): Cell => {
    const { kind, workload, phase, ...rest } = cell;
    return { kind, workload, phase, shard: null, ...rest } as Cell;
  });
}

function ledgerOf(cells: readonly Cell[], { scenario }: UnfinishedHead): Ledger {
  const { acked, failed, dropped, scheduled } = producerTotals(cells);
  const consumers = scenario.consumers.map(({ name }): ConsumerLedger => {
    const received = cells.reduce((sum, cell) => sum + (isReceivedBy(cell, name) ? cell.counts.received : 0), 0);
    return { name, received, lost: 0, duplicated: 0, reordered: 0, trimmedRecords: 0 };
  });
  const received = consumers.reduce((sum, consumer) => sum + consumer.received, 0);
  return {
    sent: acked,
    received,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    unacknowledged: Math.max(0, scheduled - acked - failed - dropped),
    failed,
    dropped,
    consumers,
  };
}

function isReceivedBy(cell: Cell, consumer: string): cell is Extract<Cell, { kind: 'consumer' }> {
  return cell.kind === 'consumer' && cell.consumer === consumer;
}
