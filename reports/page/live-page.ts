import type { LiveEnd, LiveStart, LiveStatus } from '../html/live-model.ts';
import { LiveRun } from './live-run.ts';
import { openRun } from './page-run.ts';
import { ReportPage } from './report-page.ts';
import { clock, countText, latencyText, rateText } from './ticks.ts';

/** Follows a run until it ends. The browser reconnects after a lost connection, from the beginning. */
export function followRun(start: LiveStart): void {
  const live = new LiveRun(start);
  const page = new ReportPage([live.run]);
  page.draw();
  const source = new EventSource('events');
  let isDue = false;
  // Seconds that arrive together cause one redraw; a hidden page draws nothing.
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
    setLive('connection', 'The verdict follows at the end. Closing this page does not affect the run.'),
  );
  source.addEventListener('error', () =>
    setLive('connection', 'The connection to the run was lost. The page keeps what it received.'),
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
    setLive('connection', 'The run ended without a result.');
  });
  on('ended', (end: LiveEnd) => {
    source.close();
    void showEnd(page, end);
  });
}

async function showEnd(page: ReportPage, end: LiveEnd): Promise<void> {
  const run = await openRun(end.run);
  // The HTML comes from the code that renders reports, with every name escaped; the policy of the page blocks scripts in it.
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
  const where = isDraining ? 'all records are sent, consumers are reading the rest' : phase;
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
