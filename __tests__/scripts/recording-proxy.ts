import { Agent, type IncomingMessage, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it went by, and how it was answered. */
export interface RecordedRequest {
  path: string;
  accept: string;
  status: number;
}

/** Stands between a command and a distribution. */
export interface RecordingProxy {
  url: string;
  seen: RecordedRequest[];
  /** The most requests that were under way at once. */
  mostAtOnce: number;
  close(): Promise<void>;
}

/**
 * Hands every request on to a distribution, and writes down what goes by.
 * @param refuses whether a request is answered with 503 in place of that, or not at all
 */
export async function recordingProxy(
  upstream: string,
  refuses: (request: IncomingMessage) => boolean | 'hangs' = () => false,
): Promise<RecordingProxy> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(upstream);
  let underWay = 0;
  const server = createServer((incoming, answer) => {
    underWay += 1;
    proxy.mostAtOnce = Math.max(proxy.mostAtOnce, underWay);
    answer.once('close', () => (underWay -= 1));
    const path = incoming.url!;
    const record = (status: number) => {
      if (path !== '/') proxy.seen.push({ path, accept: String(incoming.headers.accept), status });
    };
    const refusal = path !== '/' && refuses(incoming);
    if (refusal === 'hangs') return;
    if (refusal) {
      record(503);
      answer.writeHead(503).end();
      return;
    }
    const { method, headers } = incoming;
    const outgoing = request({ hostname, port, path, method, headers, agent }, (response) => {
      record(response.statusCode!);
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    outgoing.once('error', () => answer.destroy());
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    mostAtOnce: 0,
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** What a log of CloudFront holds of the requests that went by: tab-separated, or a JSON object a line. */
export function accessLog(seen: RecordedRequest[], form: 'tabs' | 'json'): string {
  const lines = seen.map(({ path, status }) => {
    const [stem = '', query] = path.split('?');
    if (form === 'json') {
      return JSON.stringify({
        'cs-method': 'GET',
        'cs-uri-stem': stem,
        'cs-uri-query': query ?? '-',
        'sc-status': String(status),
      });
    }
    const escaped = (text: string) => text.replaceAll('%', '%25');
    return [
      '2026-11-21',
      '07:00:00',
      'FRA56-P1',
      '1234',
      '192.0.2.1',
      'GET',
      'd111.cloudfront.net',
      escaped(stem),
      String(status),
      '-',
      'Mozilla/5.0',
      query ? escaped(query) : '-',
    ].join('\t');
  });
  const header = [
    '#Version: 1.0',
    '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query',
  ];
  return [...(form === 'tabs' ? header : []), ...lines, ''].join('\n');
}
