import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { LocalReports } from '../../scripts/playground/local-reports';
import { runningResizers } from '../../scripts/start/resizers';
import { startLocalPlayground } from '../../scripts/start/playground';
import { newViewerKey } from '../../scripts/start/viewer-key';
import type { LocalOptions } from '../../local/src/local-distribution';
import { playground } from '../../scripts/playground';
import { type Running, photo, run } from '../local/running';
import { capture, execute } from '../scripts/command';
import { freePort } from '../scripts/started';

/** A key with markup in it, which runs where a page takes it for some. */
export const HOSTILE = '"><img src=x onerror="document.title=`hacked`"><b>.jpg';

/** A local distribution with a few small originals, and its playground. */
export interface Shown {
  local: Running;
  /** What the distribution reports to it. */
  reports: LocalReports;
  url: string;
  /** What a box is cropped around by default. */
  gravity: string;
  keys(): Promise<string[]>;
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

/** @param options of the distribution */
export async function show(options: Partial<LocalOptions> = {}): Promise<Shown> {
  const reports = new LocalReports();
  const viewerKey = newViewerKey();
  const { onFunctionLog, onObjectEvent } = reports;
  const local = await run({ onFunctionLog, onObjectEvent, viewerKey, ...options });
  await local.put('harbour.jpg', await photo(640, 480));
  await local.put('folder/small.png', await photo(160, 120, 'png'));
  await local.put(HOSTILE, await photo(160, 120));
  await local.put('notes.jpg', 'no image');
  await local.settle();
  const resizers = runningResizers(local);
  const running = await startLocalPlayground(local, resizers, { port: 0, reports, viewerKey });
  const { client, buckets } = local;
  return {
    local,
    reports,
    url: running.url,
    gravity: resizers[0]!.grammar.gravities[0]!,
    keys: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: buckets.originals }));
      return Contents.map(({ Key }) => Key!);
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: buckets.originals, Key: key }));
    },
    close: async () => {
      await running.close();
      await local.close();
    },
  };
}

export const WIDTHS = { phone: 360, desk: 1280 };

/** A page of the playground, and the errors and requests that it has made. */
export interface OpenPage {
  page: Page;
  /** What went wrong in the page, and what its policy has kept from it. */
  errors: string[];
  requested: string[];
}

export async function open(
  browser: Browser,
  url: string,
  { width = WIDTHS.desk, colorScheme = 'light' }: { width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const errors: string[] = [];
  const requested: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    // An answer of 415 is one of those that the page is to show.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(url);
  return { page, errors, requested };
}

/** Waits until an expression is true in the page, whose policy keeps Playwright's own way of waiting out. */
export const until = (page: Page, expression: string): Promise<void> =>
  page.evaluate(`new Promise((resolve) => {
    const look = () => (${expression} ? resolve() : setTimeout(look, 50));
    look();
  })`);

/** Violations that axe finds, each with the elements that have it. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Pixels by which the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth');

/** A value of an option. */
export const choice = (page: Page, group: string, name: string) =>
  page.getByRole('group', { name: group, exact: true }).getByRole('button', { name, exact: true });

/** Waits for the answer to a path. */
export const answered = async (page: Page, wanted: string): Promise<void> => {
  await until(page, `document.querySelector('#path')?.value === ${JSON.stringify(wanted)}`);
  await page.locator('[aria-busy=false] .facts').waitFor();
};

/** Runs the playground of a deployed distribution as long as there is something to do in its page. */
export async function during(
  args: string[],
  environment: Record<string, string>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const streams = capture();
  const finished = execute(playground, [...args, '--port', String(await freePort())], environment, streams);
  const urlIn = () => /^Playground: (\S+) \(Ctrl-C ends it\)$/m.exec(streams.printed().stdout)?.[1];
  const started = async () => {
    while (urlIn() === undefined) await new Promise((resolve) => setTimeout(resolve, 50).unref());
  };
  // One that ends says why below.
  await Promise.race([started(), finished]);
  if (urlIn() !== undefined) await work(urlIn()!).finally(() => streams.interrupt());
  expect(await finished).toMatchObject({ code: 0, stderr: '' });
}
