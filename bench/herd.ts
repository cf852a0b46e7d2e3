import type { Bench } from './bench';
import { withLocal } from './local';

/** Simultaneous first requests, spread over this many variants. */
const HERDS = [
  { requests: 50, variants: 1 },
  { requests: 100, variants: 4 },
  { requests: 400, variants: 8 },
];

const SIZES = ['100x100', '300x300', '600x600', '360x270', '320w', '640w', '960w', '480h'];

export const herd: Bench = {
  about: 'Renders made for simultaneous first requests: as many as there are variants, and no more.',
  async run({ photographs }) {
    const lines: string[] = [];
    const photo = await photographs.ofMegapixels(4);
    return withLocal(
      async (local) => {
        const rows: number[][] = [];
        for (const [index, { requests, variants }] of HERDS.entries()) {
          const key = `herd-${index}.jpg`;
          await local.put(key, photo);
          lines.length = 0;
          const asked = Array.from({ length: requests }, async (_, number) => {
            const response = await fetch(`${local.url}/${SIZES[number % variants]}/${key}`);
            await response.arrayBuffer();
            return response.status;
          });
          const served = (await Promise.all(asked)).filter((status) => status === 200).length;
          rows.push([requests, variants, served, lines.filter((line) => line.includes('"Outcome":"rendered"')).length]);
        }
        return [{ title: 'A herd', head: ['requests', 'variants', 'answered with 200', 'renders'], rows }];
      },
      (line) => lines.push(line),
    );
  },
};
