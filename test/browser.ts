import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, describe } from 'vitest';

const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isMissing = !existsSync(PATH);
/** Where everything has to be tested, a missing browser is a failure of the first test that opens a page. */
const isSkipped = isMissing && (process.env.CI ?? '') === '';

export interface OpenedPage {
  readonly page: Page;
  /** Errors of the page and whatever it wrote to its console. */
  readonly complaints: readonly string[];
  /** Every requested address, the page's own first. */
  readonly requests: readonly string[];
}

export interface PageOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

export type OpenPage = (address: string, options?: PageOptions) => Promise<OpenedPage>;

/** Tests that drive Chromium: skipped with the reason where there is none, unless CI is set. */
export function describeInChromium(name: string, tests: (open: OpenPage) => void): void {
  describe.skipIf(isSkipped)(
    isSkipped ? `${name} (skipped: no Chromium at ${PATH}; CHROMIUM names another)` : name,
    () => {
      let browser: Promise<Browser> | undefined;
      afterAll(async () => (await browser)?.close());
      tests(async (address, { width = 1280, ...options } = {}) => {
        if (isMissing)
          throw new Error(`There is no Chromium at ${PATH}. Install the package chromium, or set CHROMIUM.`);
        // Without a sandbox, because build machines run as root; the pages are our own.
        browser ??= chromium.launch({ executablePath: PATH, args: ['--no-sandbox'] });
        const page = await (await browser).newPage({ viewport: { width, height: 900 }, ...options });
        const complaints: string[] = [];
        const requests: string[] = [];
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (message) => complaints.push(message.text()));
        page.on('request', (request) => requests.push(request.url()));
        await page.goto(address);
        await page.waitForSelector('html[data-drawn]', { timeout: 30_000 });
        return { page, complaints, requests };
      });
    },
  );
}

/** A fingerprint of what a canvas shows, and how many colours it has. Page code is text here: tests have no DOM types. */
export function picture(page: Page, selector: string): Promise<{ readonly hash: number; readonly colours: number }> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector(${JSON.stringify(selector)});
    if (canvas === null) throw new Error('There is no ' + ${JSON.stringify(selector)});
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const words = new Uint32Array(data.buffer);
    let hash = 0;
    for (const word of words) hash = (Math.imul(hash, 31) + word) | 0;
    return { hash, colours: new Set(words).size };
  })()`);
}

/** Resolves when everything is drawn: charts draw in a microtask, pointers move in an animation frame. */
export function settled(page: Page): Promise<void> {
  return page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
}
