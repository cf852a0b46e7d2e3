/** The renderer over a folder, behind Node's own server: `ours.ts FOLDER`. Prints its port. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { grammarOf, parseConfig } from '../../edge/config/schema';
import { isFailure } from '../../edge/failure';
import { parsePath } from '../../edge/path';
import { render } from '../../edge/render';
import { renderSettings } from '../../edge/config/settings';

const folder = process.argv[2]!;
const config = parseConfig({});
const [grammar, settings] = [grammarOf(config), renderSettings(config)];

const server = createServer(async (request, response) => {
  const { key, variant } = parsePath(grammar, request.url!)!;
  const rendered = await render(await readFile(join(folder, key)), variant, settings);
  if (isFailure(rendered)) response.writeHead(415).end(rendered.code);
  else response.writeHead(200, { 'content-type': rendered.contentType }).end(rendered.body);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
