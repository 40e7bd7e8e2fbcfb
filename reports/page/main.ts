import type { ReportData } from '../html/report-data.ts';
import { followRun } from './live-page.ts';
import { openRun } from './page-run.ts';
import { ReportPage } from './report-page.ts';

void start();

async function start(): Promise<void> {
  const text = document.getElementById('data')?.textContent ?? '';
  if (text === '') {
    followRun();
    return;
  }
  const { runs }: ReportData = JSON.parse(text);
  new ReportPage(await Promise.all(runs.map(openRun))).draw();
  document.documentElement.dataset.drawn = 'yes';
  performance.mark('drawn');
}
