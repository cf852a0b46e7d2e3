import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A stack for a test. */
export interface WrittenStack {
  template: object;
  region?: string;
  /** Files of its assets, by key in the bootstrap bucket and by name. */
  assets?: Record<string, Record<string, string>>;
}

/** Writes a cloud assembly of these stacks, by name. @returns its folder */
export function writeAssembly(stacks: Record<string, WrittenStack>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  const artifacts: Record<string, object> = {};
  for (const [name, { template, region = 'unknown-region', assets = {} }] of Object.entries(stacks)) {
    write(join(folder, `${name}.json`), template);
    write(join(folder, `${name}.assets.json`), { files: writeAssets(folder, assets) });
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } };
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${region}`,
      properties: { templateFile: `${name}.json` },
    };
  }
  write(join(folder, 'manifest.json'), { version: '55.0.0', artifacts });
  return folder;
}

function writeAssets(folder: string, assets: Record<string, Record<string, string>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(assets).map(([key, files]) => {
      for (const [name, text] of Object.entries(files)) write(join(folder, `asset.${key}`, name), text);
      return [key, { source: { path: `asset.${key}` }, destinations: { here: { objectKey: key } } }];
    }),
  );
}

function write(path: string, content: object | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}
