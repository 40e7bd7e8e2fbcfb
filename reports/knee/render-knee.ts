import { formatDuration } from '../format/numbers.ts';
import {
  hanging,
  joinSections,
  type Line,
  paint,
  printable,
  type RenderOptions,
  styled,
} from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import type { Knee } from './knee.ts';
import type { KneeResult, KneeSearch } from './knee-result.ts';
import { endingSentence, kneeSentences, shortKnee } from './knee-text.ts';
import { renderCapacity } from './render-capacity.ts';
import { renderCurve } from './render-curve.ts';
import { TRIAL_HEADINGS, trialRow } from './render-trials.ts';

export interface KneeRenderOptions extends RenderOptions {
  readonly resultPath: string;
}

const STYLES: Readonly<Record<Knee['kind'], 'good' | 'bad' | 'warn'>> = {
  found: 'good',
  above: 'warn',
  never: 'bad',
  unfinished: 'warn',
};

/** Renders the interval of the knee, the limit, the curve and the trials; for several shard counts, the capacity curve. */
export function renderKnee(result: KneeResult, options: KneeRenderOptions): string {
  const { searches } = result;
  const [only] = searches;
  const body =
    searches.length === 1 && only !== undefined
      ? searchLines(only, options.width)
      : renderCapacity(result, options.width);
  const sections: Line[][] = [
    headLines(result, options.width),
    body,
    noteLines(result, options.width),
    [['Trials  ', options.resultPath]],
  ];
  return paint(joinSections(sections), options);
}

/** Renders one line for each number of shards. */
export function renderKneeLines({ searches }: KneeResult, options: RenderOptions): string {
  const lines = searches.map(
    ({ shards, knee }): Line => [
      ...(searches.length === 1 ? [] : [`${shards} shards  `]),
      styled(STYLES[knee.kind], shortKnee(knee)),
    ],
  );
  return paint(lines, options);
}

function headLines({ scenario, objectives, searches }: KneeResult, width: number): Line[] {
  const trials = searches.reduce((sum, search) => sum + search.trials.length, 0);
  const rules = searches[0]?.rules;
  const length = rules === undefined ? '' : ` of ${formatDuration(rules.trialNs)}`;
  const text = `${scenario.name} on ${scenario.target}, seed ${scenario.seed}, ${trials} trials${length}`;
  return [
    ...hanging(styled('bold', 'Knee  '), printable(text), width),
    ...hanging('  SLO ', printable(objectives.join('; ')), width),
  ];
}

function searchLines(search: KneeSearch, width: number): Line[] {
  const { knee, trials, rules } = search;
  const rows = trials.map((trial, i) => trialRow(trial, i + 1, rules.trialNs));
  const curve = renderCurve(search, width);
  return [
    ...hanging('', shortKnee(knee), width, STYLES[knee.kind]),
    ...kneeSentences(search).flatMap((sentence) => hanging('  ', printable(sentence), width)),
    ...(curve.length === 0 ? [] : [[], ...curve]),
    ...(rows.length === 0
      ? []
      : [
          [],
          ...renderTable([TRIAL_HEADINGS, ...rows], { align: ['right', 'right', 'right', 'right', 'right', 'left'] }),
        ]),
  ];
}

function noteLines(result: KneeResult, width: number): Line[] {
  const ending = endingSentence(result);
  return [
    ...(ending === undefined ? [] : hanging('', printable(ending), width, 'warn')),
    ...result.notes.flatMap((note) => hanging('Note  ', printable(note), width, 'dim')),
  ];
}
