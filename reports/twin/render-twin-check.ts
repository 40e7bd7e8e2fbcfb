import { formatDuration } from '../format/numbers.ts';
import {
  hanging,
  type Line,
  paint,
  type RenderOptions,
  type Segment,
  type Style,
  styled,
} from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { CHECK_RUNS_MIN, DISTANCE_MAX_RATIO, type KindCheck, type TwinCheck, type TwinVerdict } from './twin-check.ts';

export interface TwinCheckText {
  readonly profile: string;
  readonly target: string;
  /** The load of each run, for people. */
  readonly load: string;
}

const WORDS: Readonly<Record<TwinVerdict, { readonly word: string; readonly style: Style; readonly text: string }>> = {
  equivalent: { word: 'EQUIVALENT', style: 'good', text: 'every interval lies within its margin.' },
  different: {
    word: 'DIFFERENT',
    style: 'bad',
    text: 'at least one interval lies outside its margin: calibrate again.',
  },
  inconclusive: {
    word: 'INCONCLUSIVE',
    style: 'warn',
    text: 'some intervals reach over their margins: add runs (--runs) or lengthen them (--duration).',
  },
  invalid: {
    word: 'INVALID',
    style: 'bad',
    text: `fewer than ${CHECK_RUNS_MIN} pairs of runs were valid: leave more of the machine to them, or add runs (--runs).`,
  },
};

/** Renders the distance of a twin from its target, without a trailing line break. */
export function renderTwinCheck(check: TwinCheck, about: TwinCheckText, options: RenderOptions): string {
  const { word, style, text } = WORDS[check.verdict];
  const invalid =
    check.invalidRuns === 0 ? '' : `, invalid runs skipped: ${check.invalidRuns} (${check.invalidCodes.join(', ')})`;
  const lines: Line[] = [
    [styled('bold', `${about.profile} against ${about.target}`)],
    ...hanging('  ', `${check.pairs} pairs of runs, ${about.load}${invalid}`, options.width),
    ...hanging(styled(style, `${word}  `), text, options.width),
    ...check.kinds.flatMap((kind) => [[], ...kindLines(kind)]),
    ...(check.kinds.length === 0
      ? []
      : [
          [],
          ...hanging(
            '  ',
            'Ratios are twin over target, with 90% intervals: two one-sided tests at 5%. Latencies count from the hand-over.',
            options.width,
            'dim',
          ),
        ]),
  ];
  return paint(lines, options);
}

const HEADINGS: Readonly<Record<KindCheck['kind'], string>> = {
  put: 'Put latency',
  'fan-out': 'Put-to-get, fan-out',
  polling: 'Put-to-get, polling',
};

function kindLines({ kind, distance, distanceVerdict, quantiles }: KindCheck): Line[] {
  const head = ['', 'target', 'twin', 'ratio', '90% interval', 'margin'].map((text) => styled('dim', text));
  const rows = quantiles.map(({ percentile, targetNs, twinNs, ratio, lower, upper, margin, verdict }): Segment[] => [
    `p${percentile}`,
    formatDuration(targetNs),
    formatDuration(twinNs),
    factor(ratio),
    `${factor(lower)} to ${factor(upper)}`,
    `${margin.lower} to ${margin.upper}`,
    mark(verdict),
  ]);
  const distanceText = distance.overMeanRatio === null ? '-' : distance.overMeanRatio.toFixed(3);
  const distanceRow: Segment[] = [
    'W1 / mean',
    '',
    '',
    distanceText,
    '',
    `up to ${DISTANCE_MAX_RATIO}`,
    mark(distanceVerdict),
  ];
  return [
    [HEADINGS[kind]],
    ...renderTable([head, ...rows, distanceRow], {
      align: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    }),
  ];
}

const factor = (ratio: number): string => ratio.toFixed(3);

function mark(verdict: 'equivalent' | 'different' | 'open'): Segment {
  if (verdict === 'equivalent') return styled('good', '✓');
  return verdict === 'different' ? styled('bad', '✗') : styled('warn', '?');
}
