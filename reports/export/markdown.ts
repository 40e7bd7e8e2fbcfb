import { formatByteRate, formatCount, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import type { NamedResult } from '../result/named-result.ts';
import type { Ledger, Result, ThresholdVerdict, VerdictKind } from '../result/result.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { shownSpans } from '../summary/residence.ts';
import { shardSums } from '../summary/shard-sums.ts';
import { HOW_TO_JUDGE, remarksOn } from '../text/delivery-text.ts';
import { phaseRateRows, rateText, throttleTexts } from '../text/rate-text.ts';
import { renderCalls, renderNotes } from '../text/render-calls.ts';
import { CONSUMER_ROWS_MAX, hasSeveral } from '../text/render-consumers.ts';
import { renderEvents } from '../text/render-events.ts';
import { LATENCY_HEAD, LATENCY_ROWS, latencyNotes, latencyRow } from '../text/render-latency.ts';
import { type Line, paint } from '../text/render-lines.ts';
import { renderTargetMetrics } from '../text/render-target-metrics.ts';
import { whatRan } from '../text/render-text.ts';
import { actualText, type Mark, markOf, outcomeText, sentence, verdictReason } from '../text/render-verdict.ts';
import { silenceText } from '../text/silence-text.ts';
import { code, codeBlock, escapeMarkdown, folded, markdownTable } from './markdown-text.ts';

/** A comment on GitHub may have 65,536 characters. A text never has fewer bytes than characters. */
const MARKDOWN_BYTES_MAX = 64 * 1024;

const THRESHOLDS_MAX = 50;
const REASONS_MAX = 10;
const SHARDS_MAX = 5;
const CONSUMERS_MAX = 16;
const PLAIN = { colours: false, width: 100 };

const SIGNS: Readonly<Record<VerdictKind, string>> = {
  passed: '✅',
  failed: '❌',
  invalid: '⚠️',
  measured: '📏',
};

/**
 * Renders results for a pull request or the summary of a CI job: verdict and validity, thresholds, latency, rate, the hottest
 * shards and the ledger; details are folded. Sections beyond 64 KiB are omitted with a note.
 */
export function renderMarkdown(results: readonly NamedResult[]): string {
  const head = results.length > 1 ? [overview(results)] : [];
  const sections = results.flatMap(sectionsOf);
  return `${within(MARKDOWN_BYTES_MAX, [...head.map((text) => ({ text, weight: 0 })), ...sections])}\n`;
}

/** When the report is too long, the sections with the largest weight are omitted first. */
interface Section {
  readonly text: string;
  readonly weight: number;
}

function sectionsOf({ name, result }: NamedResult): Section[] {
  const parts: readonly (readonly [number, string])[] = [
    [0, headline(name, result)],
    [1, reasonsOf(result)],
    [2, thresholdTable(result)],
    [3, consumerTable(result)],
    [3, latencySection(result)],
    [3, rateLine(result)],
    [4, shardTable(result)],
    [4, ledgerSection(result.summary.ledger)],
    [5, detailsOf(result)],
  ];
  return parts.filter(([, text]) => text !== '').map(([weight, text]) => ({ text, weight }));
}

function overview(results: readonly NamedResult[]): string {
  const head = ['', 'result', 'verdict', 'rate', 'put-to-get p50', 'p99', 'undelivered'];
  const rows = results.slice(0, THRESHOLDS_MAX).map(({ name, result }) => {
    const { spans, rate, ledger } = result.summary;
    const latency = (ns: number | null) => (ns === null ? '-' : formatDuration(ns));
    return [
      SIGNS[result.verdict.kind],
      code(name),
      result.verdict.kind.toUpperCase(),
      formatRate(rate.achievedPerSecond),
      latency(spans.putToGet.p50Ns),
      latency(spans.putToGet.p99Ns),
      formatCount(deliveryOf(ledger)?.undelivered ?? 0),
    ];
  });
  return markdownTable([head, ...rows], ['center', 'left', 'left', 'right']);
}

function headline(name: string, result: Result): string {
  const word = result.verdict.kind.toUpperCase();
  const lines = [
    `### ${SIGNS[result.verdict.kind]} ${word}: ${code(name)}`,
    `${escapeMarkdown(sentence(verdictReason(result)))} ${escapeMarkdown(sentence(whatRan(result)))}`,
  ];
  const remarks = remarksOn(result).map(({ style, text }) => {
    return style === undefined ? `- ${escapeMarkdown(text)}` : `- **${escapeMarkdown(text)}**`;
  });
  if (remarks.length > 0) lines.push(remarks.join('\n'), escapeMarkdown(HOW_TO_JUDGE));
  if (result.partial) {
    lines.push(
      `**PARTIAL** ${escapeMarkdown(sentence(outcomeText(result.outcome)))} Every number covers only the part that ran.`,
    );
  }
  return lines.join('\n\n');
}

function reasonsOf({ validity }: Result): string {
  const { reasons } = validity;
  const lines = reasons
    .slice(0, REASONS_MAX)
    .map(({ code: reason, what, fix }) => `- **${reason}** ${escapeMarkdown(what)} *${escapeMarkdown(fix)}*`);
  if (reasons.length > REASONS_MAX) lines.push(`- and ${reasons.length - REASONS_MAX} more`);
  return lines.join('\n');
}

/** If there are too many thresholds to show, those that do not hold come first. */
function thresholdTable({ verdict: { thresholds } }: Result): string {
  if (thresholds.length === 0) return '';
  const order = (holds: boolean | null) => (holds === false ? 0 : holds === null ? 1 : 2);
  const shown =
    thresholds.length <= THRESHOLDS_MAX
      ? thresholds
      : thresholds.toSorted((a, b) => order(a.holds) - order(b.holds)).slice(0, THRESHOLDS_MAX);
  const rows = shown.map((threshold) => [
    MARKS[markOf(threshold)],
    `${code(threshold.text)}${threshold.default === true ? ' (default)' : ''}`,
    actualText(threshold),
    remarkOn(threshold),
  ]);
  const table = markdownTable([['', 'threshold', 'measured', ''], ...rows], ['center', 'left', 'right', 'left']);
  return shown.length === thresholds.length
    ? table
    : `${table}\n\nand ${thresholds.length - shown.length} more thresholds`;
}

const MARKS: Readonly<Record<Mark, string>> = { holds: '✅', fails: '❌', unknown: '❔', neutral: '➖' };

function remarkOn({ worstWindow, reason }: ThresholdVerdict): string {
  if (reason !== undefined) return escapeMarkdown(reason);
  if (worstWindow === undefined) return '';
  return `worst: ${formatDuration(worstWindow.startNs)} to ${formatDuration(worstWindow.endNs)}`;
}

function latencySection({ summary }: Result): string {
  const [, ...head] = LATENCY_HEAD;
  const rows = shownSpans(LATENCY_ROWS, summary.spans).map(([span, words]) => {
    const indent = words.startsWith(' ') ? '&emsp;' : '';
    return [`${indent}${words.trim()}`, ...latencyRow('', summary.spans[span]).slice(1).map(escapeMarkdown)];
  });
  const notes = latencyNotes(summary).map(escapeMarkdown).join(' ');
  const first = hasSeveral(summary) ? 'latency, all consumers together' : 'latency';
  return `${markdownTable([[first, ...head], ...rows], ['left', 'right'])}\n\n<sub>${notes}</sub>`;
}

function rateLine(result: Result): string {
  const { summary } = result;
  const { rate } = summary;
  const silence = silenceText(result) ?? [];
  const words = [`${rateText(summary)}, ${formatByteRate(rate.bytesPerSecond)}`, ...throttleTexts(rate)]
    .concat(silence)
    .join('; ');
  const line = `**Rate** ${escapeMarkdown(words)}`;
  const { rows, hidden } = phaseRateRows(summary);
  if (rows.length === 0) return line;
  const cells = rows.map(([name = '', achieved = '', intended = '', share = '', length = '']) => [
    escapeMarkdown(name),
    achieved,
    intended.replace('of ', ''),
    share.replace(/[()]/gu, ''),
    length.replace('for ', ''),
  ]);
  const table = markdownTable([['phase', 'achieved', 'intended', 'share', 'length'], ...cells], ['left', 'right']);
  return `${line}\n\n${table}${hidden > 0 ? `\n\nand ${hidden} more phases` : ''}`;
}

/** Put-to-get latency by consumer, if there are several consumers. */
function consumerTable({ summary }: Result): string {
  if (!hasSeveral(summary)) return '';
  const [, ...head] = LATENCY_HEAD;
  const rows = summary.consumers
    .slice(0, CONSUMER_ROWS_MAX)
    .map(({ name, kind, spans }) => [code(name), kind, ...latencyRow('', spans.putToGet).slice(1).map(escapeMarkdown)]);
  const hidden = summary.consumers.length - rows.length;
  const table = markdownTable([['put-to-get by consumer', 'kind', ...head], ...rows], ['left', 'left', 'right']);
  return hidden > 0 ? `${table}\n\nand ${hidden} more consumers` : table;
}

function shardTable(result: Result): string {
  const sums = shardSums(result);
  if (sums.length === 0) return '';
  const total = Math.max(
    1,
    sums.reduce((sum, { acked }) => sum + acked, 0),
  );
  const hottest = sums.toSorted((a, b) => b.acked - a.acked).slice(0, SHARDS_MAX);
  const rows = hottest.map(({ shard, acked, overtime, throttled, p99Ns }) => [
    String(shard),
    formatRatio(acked / total),
    formatRate((acked - overtime) / Math.max(result.summary.rate.scheduledSeconds, 1e-9)),
    formatCount(throttled),
    p99Ns === null ? '-' : formatDuration(p99Ns),
  ]);
  const which = sums.length > hottest.length ? `the ${hottest.length} hottest of ${sums.length} shards` : 'shard';
  return markdownTable([[which, 'records', 'rate', 'throttled', 'put-to-get p99'], ...rows], ['right']);
}

function ledgerSection(ledger: Ledger): string {
  const { sent, consumers, unacknowledged, failed, dropped } = ledger;
  const { due, undelivered } = deliveryOf(ledger) ?? { due: 0, undelivered: 0 };
  const others = Object.entries({ undelivered, unacknowledged, failed, dropped }).filter(([, count]) => count > 0);
  const rest = others.map(([name, count]) => `, ${name} ${formatCount(count)}`).join('');
  const head = `**Ledger** of the whole run: ${due === sent ? '' : `due ${formatCount(due)}, `}sent ${formatCount(sent)}${rest}`;
  if (consumers.length === 0) return head;
  const faults = (consumer: Ledger['consumers'][number]) => consumer.lost + consumer.duplicated + consumer.reordered;
  const shown = consumers.toSorted((a, b) => faults(b) - faults(a)).slice(0, CONSUMERS_MAX);
  const rows = (consumers.length <= CONSUMERS_MAX ? consumers : shown).map((consumer) => [
    code(consumer.name),
    ...[consumer.received, consumer.lost, consumer.trimmedRecords, consumer.duplicated, consumer.reordered].map(
      formatCount,
    ),
  ]);
  const columns = ['consumer', 'received', 'lost', 'trimmed', 'duplicated', 'reordered'];
  return `${head}\n\n${markdownTable([columns, ...rows], ['left', 'right'])}`;
}

function detailsOf(result: Result): string {
  const { environment, harnessCeiling, tool, scenarioHash, startedAt } = result;
  const ceiling = harnessCeiling.recordsPerSecond;
  const machine: Line[] = [
    [`started   ${startedAt}`],
    [`scenario  ${scenarioHash}`],
    [`machine   ${environment.cores} x ${environment.cpuModel}, ${environment.kernel}`],
    [`versions  streamgauge ${tool.version}, Node ${environment.nodeVersion}`],
    [`ceiling   ${ceiling === null ? 'not measured' : `${formatRate(ceiling)} with a no-op target`}`],
  ];
  const blocks = [
    ...renderEvents(result),
    renderCalls(result),
    renderTargetMetrics(result),
    renderNotes(result, PLAIN),
    machine,
  ];
  const text = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => paint(lines, PLAIN))
    .join('\n\n');
  return folded('Details', codeBlock(text));
}

/** Omits sections until the rest fits: those with the largest weight first, and of these the later ones first. */
function within(bytesMax: number, sections: readonly Section[]): string {
  const note = '<sub>Some sections were omitted, because a comment has a size limit.</sub>';
  const kept = [...sections];
  let bytes = kept.reduce((sum, { text }) => sum + sizeOf(text), sizeOf(note));
  while (bytes > bytesMax && kept.length > 1) {
    const heaviest = Math.max(...kept.map(({ weight }) => weight));
    const [omitted] = kept.splice(
      kept.findLastIndex(({ weight }) => weight === heaviest),
      1,
    );
    bytes -= sizeOf(omitted?.text ?? '');
  }
  const texts = kept.map(({ text }) => text);
  return [...texts, ...(kept.length < sections.length ? [note] : [])].join('\n\n');
}

/** Bytes of a section and the empty line after it. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 2;
}
