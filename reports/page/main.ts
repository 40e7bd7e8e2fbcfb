import type { LiveStart } from '../html/live-model.ts';
import type { ReportData } from '../html/report-data.ts';
import { followRun } from './live-page.ts';
import { openRun } from './page-run.ts';
import { ReportPage } from './report-page.ts';

void start();

async function start(): Promise<void> {
  const data: ReportData | { readonly live: LiveStart } = JSON.parse(
    document.getElementById('data')?.textContent ?? '',
  );
  if ('live' in data) {
    followRun(data.live);
    return;
  }
  new ReportPage(await Promise.all(data.runs.map(openRun))).draw();
  document.documentElement.dataset.drawn = 'yes';
  performance.mark('drawn');
}
