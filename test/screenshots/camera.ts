import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const IMAGES = resolve(import.meta.dirname, '../../docs/images');
const BYTES_MAX = 200_000;

export interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** Selector of the first visible part (default: the top of the page). */
  readonly from?: string;
}

export interface Camera {
  /** Writes the picture into docs/images. */
  take(shot: Shot): Promise<void>;
  close(): Promise<void>;
}

/** Takes pictures of a page for the documents. */
export async function openCamera(page: string): Promise<Camera> {
  mkdirSync(IMAGES, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  return {
    async take({ name, width, height, colorScheme, from }) {
      const tab = await browser.newPage({ viewport: { width, height }, colorScheme });
      await tab.goto(page);
      await tab.waitForSelector('html[data-drawn]');
      // Tables are closed, because pictures of charts show more.
      await tab.evaluate("document.querySelectorAll('details').forEach((table) => { table.open = false; })");
      const top = from === undefined ? 0 : ((await tab.locator(from).boundingBox())?.y ?? 0) - 12;
      const path = join(IMAGES, `${name}.png`);
      await tab.screenshot({ path, fullPage: true, clip: { x: 0, y: top, width, height } });
      const { size } = statSync(path);
      if (size > BYTES_MAX) throw new Error(`${path} has ${size} bytes, more than ${BYTES_MAX}`);
      process.stderr.write(`wrote ${path}, ${Math.round(size / 1000)} kB\n`);
      await tab.close();
    },
    close: () => browser.close(),
  };
}
