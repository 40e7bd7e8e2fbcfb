import { code, escapeMarkdown, folded, markdownTable } from '../export/markdown-text.ts';
import { rateBelow } from '../format/rate-bounds.ts';
import { textOf } from '../text/render-lines.ts';
import { judgeTrial } from './judge-trial.ts';
import type { KneeResult, KneeSearch } from './knee-result.ts';
import { endingSentence, kneeSentences, shortKnee } from './knee-text.ts';
import { objectiveText, outcomeSegment, shownObjective } from './render-trials.ts';

/** Renders GitHub Markdown: the knee, its evidence, and the trials in a closed section. */
export function renderKneeMarkdown(result: KneeResult): string {
  const { scenario, objectives, searches, notes } = result;
  const ending = endingSentence(result);
  const parts = [
    `## Knee of ${code(scenario.name)}`,
    `Target: ${escapeMarkdown(scenario.target)}. Objectives: ${objectives.map(code).join(', ')}.`,
    ...(ending === undefined ? [] : [`**${escapeMarkdown(ending)}**`]),
    ...(searches.length > 1 ? [shardTable(searches)] : []),
    ...searches.flatMap((search) => searchParts(search, searches.length > 1)),
    ...notes.map((note) => `> ${escapeMarkdown(note)}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function shardTable(searches: readonly KneeSearch[]): string {
  const rows = searches.map(({ shards, knee }) => [String(shards ?? '?'), escapeMarkdown(shortKnee(knee))]);
  return markdownTable([['shards', 'knee'], ...rows], ['right', 'left']);
}

function searchParts(search: KneeSearch, isOneOfMany: boolean): string[] {
  const { shards, knee, trials, rules } = search;
  const heading = isOneOfMany ? `### ${shards} shards` : `### ${escapeMarkdown(shortKnee(knee))}`;
  const rows = trials.map(({ request, measured }, i) => {
    const shown = shownObjective(measured.objectives);
    return [
      String(i + 1),
      rateBelow(request.ratePerSecond),
      rateBelow(measured.achievedPerSecond),
      shown === undefined ? '-' : objectiveText(shown),
      escapeMarkdown(textOf(outcomeSegment(judgeTrial(measured, rules.trialNs)))),
    ];
  });
  const table = markdownTable(
    [['', 'rate', 'achieved', 'objective', 'outcome'], ...rows],
    ['right', 'right', 'right', 'right', 'left'],
  );
  return [
    heading,
    ...kneeSentences(search).map(escapeMarkdown),
    ...(rows.length === 0 ? [] : [folded(`${rows.length} trials`, table)]),
  ];
}
