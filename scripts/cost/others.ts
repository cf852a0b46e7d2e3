import { PRICES } from '../prices';
import { type Workload, variantsOf } from './model';
import { gigabytes } from './units';

/** Dollars a month at Cloudflare Images, by transformations or by stored images, whichever is less. */
export function cloudflareImages({ hits, originals, sizes }: Workload): number {
  const { freeTransformations, transformation, stored, delivered } = PRICES.cloudflareImages;
  const transformed = Math.max(0, Math.min(originals * sizes, hits) - freeTransformations) * transformation;
  return Math.min(transformed, originals * stored + hits * delivered);
}

/** Dollars at imgix for a month with this many renders, in the cheapest bundle that has them. */
export function imgix(workload: Workload, renders: number): number {
  const { bundles, creditGigabyteOut, creditGigabyteCached, creditRender } = PRICES.imgix;
  const { hits, bytes } = workload;
  const credits =
    gigabytes(hits * bytes) * creditGigabyteOut +
    gigabytes(Math.min(variantsOf(workload), hits) * bytes) * creditGigabyteCached +
    renders * creditRender;
  return Math.min(...bundles.map(({ month, credits: has, extra }) => month + Math.max(0, credits - has) * extra));
}
