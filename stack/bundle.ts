import { type BuildOptions, buildSync } from 'esbuild';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../edge/config/checked';
import type { OverlayFile } from '../edge/config/overlays';
import { CLOUDFRONT_FUNCTION, LAMBDA_EDGE } from '../edge/limits';
import { KEYS_ENTRY } from '../edge/signature';
import { SETTINGS_FILE, type ViewerRequestSettings } from '../edge/config/settings';
import type { NamedPreset, Preset } from '../edge/variant';
import type { ViewerRequest, ViewerResponse } from '../edge/viewer-request/handler';
import { buildOnce } from './build-cache';
import { copyFonts } from './fonts';
import { copyLibheif } from './libheif';
import { partOf } from './parts';
import { copySharpForLambda } from './sharp-for-lambda';

const EDGE = join(__dirname, '..', 'edge');

/**
 * Features that CloudFront Functions do not have (DG: functions-javascript-runtime-20). esbuild rewrites some of them and
 * refuses the rest, so a bundle that builds also parses there.
 */
const MISSING_FEATURES = [
  'array-spread',
  'async-generator',
  'bigint',
  'class',
  'class-field',
  'class-static-blocks',
  'default-argument',
  'destructuring',
  'for-await',
  'for-of',
  'generator',
  'logical-assignment',
  'nested-rest-binding',
  'new-target',
  'nullish-coalescing',
  'object-extensions',
  'object-rest-spread',
  'optional-catch-binding',
  'optional-chain',
  'regexp-lookbehind-assertions',
  'regexp-match-indices',
  'regexp-sticky-and-unicode-flags',
  'top-level-await',
  'unicode-escapes',
] as const;

/**
 * Names of the language that are shortened all the same: the code never reads the name of a function or an error's
 * message.
 */
const SHORTENED_LANGUAGE_NAMES = new Set(['name', 'message']);

/** Names of the language itself. */
const LANGUAGE_NAMES = [Object, Function, Array, String, Number, Boolean, RegExp, Error, Promise, Math, JSON, Date]
  .flatMap((builtIn) => [builtIn, 'prototype' in builtIn ? builtIn.prototype : {}, Object(/./.exec('-'))])
  .flatMap((object) => Object.getOwnPropertyNames(object))
  .filter((name) => !SHORTENED_LANGUAGE_NAMES.has(name));

type EventName = 'request' | keyof ViewerRequest | keyof ViewerRequest['headers'][string] | keyof ViewerResponse;

/** CloudFront's names for the parts of an event and of a response. */
const EVENT_NAMES = Object.keys({
  request: true,
  method: true,
  uri: true,
  querystring: true,
  headers: true,
  cookies: true,
  value: true,
  multiValue: true,
  statusCode: true,
  body: true,
} satisfies Record<EventName, true>);

/** Only this code reads and writes all other properties, including those of the settings. */
const NAMES_TO_KEEP = new RegExp(
  `^(${[...LANGUAGE_NAMES, ...EVENT_NAMES].filter((name) => /^[A-Za-z]\w*$/.test(name)).join('|')})$`,
);

/** What the bundle begins with: `handler`, its only global. */
const HANDLER = 'var run;function handler(e){return run(e)}';

/**
 * The same with signatures. It passes on what they need of the runtime's modules, whose names must not be shortened.
 * DG: functions-custom-methods, functions-javascript-runtime-20.
 */
const SIGNED_HANDLER = [
  "import f from'cloudfront';import c from'crypto';",
  `var run;async function handler(e){return run(e,()=>f.kvs().get("${KEYS_ENTRY}"),`,
  '(k,t)=>c.createHmac("sha256",k).update(t).digest("base64url"))}',
].join('');

/** The settings in as few bytes as possible: sizes are one string, and presets leave out defaults. */
function assignSettings({ sizes, presets, base, ...others }: ViewerRequestSettings): string[] {
  const isDefault = ({ fit, gravity }: Preset | NamedPreset) =>
    fit === others.fits[0] && gravity === others.gravities[0];
  const shortened = presets.map((preset) => (isDefault(preset) ? { name: preset.name, size: preset.size } : preset));
  return [
    `const settings = ${JSON.stringify({ ...others, presets: shortened, base: base || undefined, snap: undefined })}`,
    `settings.sizes = ${JSON.stringify(sizes.join(' '))}.split(' ')`,
  ];
}

/** The entry of the bundle. Functions that it does not use are left out. */
function entryOf(settings: ViewerRequestSettings): string {
  return [
    ...assignSettings(settings),
    ...(settings.snap ? ['settings.snapTo = snapToListed'] : []),
    `run = ${settings.signed === undefined ? 'respond' : 'respondSigned'}.bind(null, settings)`,
  ].join(';\n');
}

/** Labels of the statements that a function with these settings does not need. */
const unusedLabels = ({ signed, folders, base, snap }: ViewerRequestSettings): string[] => [
  ...(signed === undefined ? ['SIGNED'] : []),
  ...(folders === undefined ? ['PRIVATE'] : []),
  ...(base ? [] : ['BASE']),
  ...(snap ? [] : ['SNAP']),
];

/** The settings that make the function larger, as part of a sentence. */
function describeNeeds({ signed, folders, snap }: ViewerRequestSettings): string {
  const needs = [signed && 'signed', folders && 'private.paths', snap && 'snap'].filter(Boolean);
  return needs.length > 0 ? ` with what ${needs.join(' and ')} ${needs.length > 1 ? 'need' : 'needs'}` : '';
}

/**
 * The code of the CloudFront Function at viewer-request, as it stands in the template.
 * @throws ConfigError if it is over the limit of 10 KB
 */
export function bundleViewerRequest(settings: ViewerRequestSettings): string {
  const source = JSON.stringify(partOf('viewer-request.js') ?? './handler');
  const built = buildOnce({
    // CloudFront calls a global function; an export would cost bytes for a module's wrapper.
    stdin: {
      contents: `import { respond, respondSigned, snapToListed } from ${source};\n${entryOf(settings)}`,
      resolveDir: partOf('.') ?? join(EDGE, 'viewer-request'),
    },
    bundle: true,
    format: 'iife',
    banner: { js: settings.signed === undefined ? HANDLER : SIGNED_HANDLER },
    dropLabels: unusedLabels(settings),
    target: 'es2017',
    supported: Object.fromEntries(MISSING_FEATURES.map((feature) => [feature, false])),
    minify: true,
    // One letter each, to save bytes. Quoted names too, as in the settings, except those of headers.
    mangleProps: /^[A-Za-z]\w*$/,
    mangleQuoted: true,
    reserveProps: NAMES_TO_KEEP,
    legalComments: 'none',
  });
  const code = built.trim();
  const bytes = Buffer.byteLength(code);
  if (bytes > CLOUDFRONT_FUNCTION.codeBytes) {
    throw new ConfigError(
      `The viewer-request function is ${bytes} bytes${describeNeeds(settings)}; CloudFront allows ${CLOUDFRONT_FUNCTION.codeBytes}. Shorten the lists of sizes or presets in resizer.config.ts by ${bytes - CLOUDFRONT_FUNCTION.codeBytes} bytes.`,
    );
  }
  return code;
}

/**
 * Options for a bundle for Node. CommonJS: it starts in about half the time of ES modules, since sharp is CommonJS
 * itself.
 */
const forNode = (entryPoint: string, more: BuildOptions = {}): BuildOptions => ({
  entryPoints: [join(EDGE, entryPoint)],
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: LAMBDA_EDGE.runtime.replace(/^nodejs(\d+)\.x$/, 'node$1'),
  // Only ES modules can be tree-shaken: a quarter less to load.
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': join(EDGE, 'credentials.ts') },
  minify: true,
  legalComments: 'none',
  ...more,
});

const withSettings = (name: string): BuildOptions =>
  forNode(join(name, 'handler.ts'), {
    banner: { js: `"use strict";const SETTINGS=require("./${SETTINGS_FILE}");` },
  });

const renderProcess = forNode(join('render-process', 'child.ts'), { external: ['sharp'] });

/** The functions for Node and the process that renders, by the name of their part of the package. */
const NODE_PARTS: Readonly<Record<string, BuildOptions>> = {
  'origin-response.js': withSettings('origin-response'),
  'refresh.js': withSettings('refresh'),
  'new-generation.js': withSettings('new-generation'),
  'render-process.js': renderProcess,
};

/** The code of a part: from the package, or built from the sources. */
function codeOf(name: string): string {
  const built = partOf(name);
  return built ? readFileSync(built, 'utf8') : buildOnce(NODE_PARTS[name]!);
}

/** Writes the parts that the package contains instead of the sources in `edge/`. */
export function buildParts(folder: string): void {
  for (const name of Object.keys(NODE_PARTS)) writeFileSync(join(folder, name), codeOf(name));
  buildSync({
    entryPoints: [join(EDGE, 'viewer-request', 'handler.ts')],
    outfile: join(folder, 'viewer-request.js'),
    bundle: true,
    format: 'esm',
    target: 'esnext',
    legalComments: 'none',
  });
  cpSync(join(EDGE, 'render', 'fonts.conf'), join(folder, 'fonts.conf'));
}

/**
 * Writes the code of a Lambda function into a folder: all that it needs in one file, and its settings beside it.
 * @param name the function's folder in `edge/`
 * @param settings the constant `SETTINGS` of the code
 */
export function bundleFunction(name: string, folder: string, settings: unknown): void {
  writeFileSync(join(folder, 'index.js'), codeOf(`${name}.js`));
  writeFileSync(join(folder, SETTINGS_FILE), JSON.stringify(settings));
}

/** Additions by the config, beside sharp and the built-in fonts. */
interface PackageContent {
  /** Absolute path of a folder of more fonts. */
  siteFonts?: string | undefined;
  overlays?: OverlayFile[];
  /** Whether to include the decoder of HEICs. */
  heic?: boolean;
}

/**
 * Writes the code of the Lambda@Edge function at origin-response into a folder: the function, its render process, and
 * everything that the process loads.
 */
export function bundleOriginResponse(
  settings: unknown,
  folder: string,
  { siteFonts, overlays = [], heic = false }: PackageContent = {},
): void {
  bundleFunction('origin-response', folder, settings);
  writeFileSync(join(folder, 'render.js'), codeOf('render-process.js'));
  copySharpForLambda(folder);
  copyFonts(folder, siteFonts);
  if (heic) copyLibheif(folder);
  for (const { name, bytes } of overlays) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}
