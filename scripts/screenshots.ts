/**
 * `npm run docs:screenshots`: takes pictures of the playground for the README, with the samples in a local
 * distribution.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, chromium } from 'playwright-core';
import sharp from 'sharp';
import { synthesise } from '../stack/synthesise';
import { type Terminal, commandLine, runCommand } from './command-line';
import { makeSamples } from './make-samples';
import { LocalReports } from './playground/local-reports';
import { loadLocal } from './start/local';
import { startLocalPlayground } from './start/playground';
import { runningResizers } from './start/resizers';
import { uploadFolder } from './start/upload';

const PROJECT = join(__dirname, '..');
const CHROMIUM = '/usr/bin/chromium';

/** Each picture by its name, with the hash of its page and a selector for images that have to be loaded first. */
const PICTURES: Readonly<Record<string, { hash: string; shown: string }>> = {
  'playground-gallery': { hash: '', shown: '.gallery img' },
  'playground-original': { hash: '#key=harbour.jpg&size=360x270&beside=original', shown: '.over img' },
};

/** Waits until there are such images, and all visible ones have loaded. */
async function waitForImages(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor({ timeout: 120_000 });
  const isLoaded = `[...document.querySelectorAll('${selector}')]
    .filter((image) => image.getBoundingClientRect().top < innerHeight)
    .every(({ naturalWidth }) => naturalWidth > 0)`;
  while (!(await page.evaluate<boolean>(isLoaded))) await page.waitForTimeout(200);
}

async function takeAll(url: string, folder: string, terminal: Terminal): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const [name, { hash, shown }] of Object.entries(PICTURES)) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 780 } });
      await page.goto(url + hash);
      await waitForImages(page, shown);
      const file = join(folder, `${name}.webp`);
      await sharp(await page.screenshot())
        .webp({ quality: 82, effort: 6 })
        .toFile(file);
      terminal.print(file);
    }
  } finally {
    await browser.close();
  }
}

runCommand(async (args, terminal) => {
  commandLine('docs:screenshots', terminal)
    .description('Takes the pictures of the playground.')
    .parse(args, { from: 'user' });
  const scratch = mkdtempSync(join(tmpdir(), 'screenshots-'));
  const samples = join(PROJECT, 'local', 'samples');
  const cdkOut = join(scratch, 'cdk.out');
  try {
    await Promise.all([synthesise(cdkOut), makeSamples(samples)]);
    const { startLocalDistribution } = await loadLocal();
    const reports = new LocalReports();
    // A fixed port, since the pictures show the address.
    const local = await startLocalDistribution({
      cdkOut,
      data: join(scratch, 'buckets'),
      port: 8080,
      log: () => undefined,
      onFunctionLog: reports.onFunctionLog,
    });
    const [resizer] = runningResizers(local);
    await uploadFolder(resizer!.place, samples, (line) => terminal.warn(line));
    const playground = await startLocalPlayground(local, [resizer!], { port: 8080, reports });
    await takeAll(`${playground.url}/`, join(PROJECT, 'docs', 'images'), terminal);
    await playground.close();
    await local.close();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
