import { existsSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type Page, chromium } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/**
 * Starts Chromium, without what would ask for anything outside of this machine; it takes its screen for one of sRGB.
 * @param environment of its process, besides this one's
 */
export function launch(environment: Record<string, string> = {}): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('Chromium is not installed: apt-get install chromium');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-software-rasterizer',
      '--renderer-process-limit=1',
      '--disable-background-networking',
      '--disable-component-update',
      '--force-color-profile=srgb',
    ],
    env: { ...(process.env as Record<string, string>), ...environment },
  });
}

/** Pixels of a frame as a browser shows it: red, green, blue and alpha. */
export interface ShownFrame {
  data: Buffer;
  width: number;
  height: number;
  /** In milliseconds. */
  duration: number;
}

/** In the page: decodes every frame of an image, and sends its pixels as base64. */
const DECODE = `async ({ base64, type, colorSpace }) => {
  const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const decoder = new ImageDecoder({ data, type });
  await decoder.tracks.ready;
  await decoder.completed;
  const frames = [];
  for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    const { displayWidth: width, displayHeight: height, duration } = image;
    const canvas = new OffscreenCanvas(width, height).getContext('2d', { colorSpace });
    canvas.drawImage(image, 0, 0);
    const pixels = canvas.getImageData(0, 0, width, height).data;
    const text = Array.from(pixels, (value) => String.fromCharCode(value)).join('');
    frames.push({ width, height, duration: duration / 1000, data: btoa(text) });
    image.close();
  }
  return frames;
}`;

/** Shows images in Chromium, and says what is seen. */
export class Viewer {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #page: Page;

  private constructor(browser: Browser, server: Server, page: Page) {
    this.#browser = browser;
    this.#server = server;
    this.#page = page;
  }

  static async open(): Promise<Viewer> {
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<html></html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launch();
    const page = await browser.newPage();
    // Only a page of this machine, or of HTTPS, may decode images by itself.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new Viewer(browser, server, page);
  }

  /** @param colorSpace that the pixels are to be in */
  async frames(image: Buffer, type: string, colorSpace: 'srgb' | 'display-p3' = 'srgb'): Promise<ShownFrame[]> {
    const call = `(${DECODE})(${JSON.stringify({ base64: image.toString('base64'), type, colorSpace })})`;
    const frames = (await this.#page.evaluate(call)) as (Omit<ShownFrame, 'data'> & { data: string })[];
    return frames.map((frame) => ({ ...frame, data: Buffer.from(frame.data, 'base64') }));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}
