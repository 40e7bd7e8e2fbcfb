import type { LiveEnd, LiveStart, LiveStatus } from '../html/live-model.ts';
import { LiveRun } from './live-run.ts';
import { openRun } from './page-run.ts';
import { ReportPage } from './report-page.ts';
import { clock, countText, latencyText, rateText } from './ticks.ts';

/** Follows a run until it ends; a lost connection is taken up again by the browser, from the beginning. */
export function followRun(start: LiveStart): void {
  const live = new LiveRun(start);
  const page = new ReportPage([live.run]);
  page.draw();
  const source = new EventSource('events');
  let isDue = false;
  // However many seconds come at once, there is one drawing; a page that nobody sees draws nothing.
  const drawSoon = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      page.update([live.run]);
      showNewest(live);
      document.documentElement.dataset.drawn = 'yes';
    });
  };
  const on = (name: string, take: (data: never) => void) => {
    source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as never));
  };
  source.addEventListener('open', () =>
    setLive('connection', 'The verdict follows at the end. Closing this page changes nothing.'),
  );
  source.addEventListener('error', () =>
    setLive('connection', 'The connection to the run is lost. What was seen until then stays.'),
  );
  on('second', (second: Parameters<LiveRun['take']>[0]) => {
    live.take(second);
    drawSoon();
  });
  on('curves', (curves: Parameters<LiveRun['takeCurves']>[0]) => {
    live.takeCurves(curves);
    drawSoon();
  });
  on('waterfall', (html: string) => fill('waterfall-room', html));
  on('status', showStatus);
  on('failed', (message: string) => {
    source.close();
    setLive('phase', message);
    setLive('connection', 'The run has ended without a result.');
  });
  on('ended', (end: LiveEnd) => {
    source.close();
    void showEnd(page, end);
  });
}

async function showEnd(page: ReportPage, end: LiveEnd): Promise<void> {
  const run = await openRun(end.run);
  // Made by the same code as a report, with every name escaped; the page's policy lets no script in it run.
  fill('before', end.before);
  fill('waterfall-room', end.waterfall);
  fill('after', end.after);
  requestAnimationFrame(() => {
    page.update([run]);
    document.documentElement.dataset.drawn = 'yes';
    document.documentElement.dataset.ended = 'yes';
  });
}

function showStatus({ elapsedSeconds, totalSeconds, phase, isDraining, sent, throttled }: LiveStatus): void {
  const where = isDraining ? 'everything is sent, consumers are reading the rest' : phase;
  const total = Math.max(elapsedSeconds, totalSeconds);
  setLive('phase', `${where}, ${clock(elapsedSeconds, total)} of ${clock(totalSeconds, total)}`);
  setLive('sent', countText(sent));
  setLive('throttled', countText(throttled));
}

function showNewest({ last }: LiveRun): void {
  if (last === undefined) return;
  const { point } = last;
  setLive('p50', latencyText(point.p50Ns));
  setLive('p99', latencyText(point.p99Ns));
  setLive('rate', rateText((point.acked ?? 0) / (point.lengthSeconds ?? 1)));
}

function setLive(name: string, text: string): void {
  const element = document.querySelector(`[data-live="${name}"]`);
  if (element !== null && element.textContent !== text) element.textContent = text;
}

function fill(id: string, html: string): void {
  const element = document.getElementById(id);
  if (element !== null) element.innerHTML = html;
}
