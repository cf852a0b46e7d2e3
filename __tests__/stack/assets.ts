import type { AppProps } from 'aws-cdk-lib';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Properties of an app whose assets are copied to its folder, which the tests leave out otherwise. */
export const STAGED: AppProps = { postCliContext: { 'aws:cdk:disable-asset-staging': false } };

/** Names of the assets of a synthesised app. */
export const assetsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('asset.'));

/** Checks that Lambda can read every file of every asset: of each function, the one that empties the bucket of variants included. */
export function expectReadableAssets(folder: string): void {
  const assets = assetsIn(folder);
  expect(assets).toHaveLength(4);
  const modes = assets.flatMap((asset) => modesBelow(join(folder, asset)));
  expect(modes.filter(([, isFolder, mode]) => mode !== (isFolder ? 0o755 : 0o644))).toEqual([]);
  expect(modes.length).toBeGreaterThan(50);
}

const modesBelow = (folder: string): [path: string, isFolder: boolean, mode: number][] =>
  ['.', ...(readdirSync(folder, { recursive: true }) as string[])].map((path) => {
    const stats = statSync(join(folder, path));
    return [path, stats.isDirectory(), stats.mode & 0o777];
  });
