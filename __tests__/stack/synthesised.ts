import { App, type AppProps, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import cdkJson from '../../cdk.json';
import { refuseFindings } from '../../stack/findings';
import { ResizerStack } from '../../stack/resizer-stack';

/** The template of the app that all tests share, without any settings. */
export const sharedTemplate = (): Template =>
  Template.fromString(readFileSync(join(process.env['CDK_OUT_WITHOUT_PLAN']!, 'ImageResizer.template.json'), 'utf8'));

/** What was synthesised before, by its config. */
const known = new Map<string, Record<string, Template>>();

/**
 * The stacks of a config by their names, as the app makes them.
 * @param spoil adds something to the stack before
 * @throws what synthesis refuses
 */
export function synthesised(config: ResizerConfig, spoil?: (stack: Stack) => void): Record<string, Template> {
  if (spoil) return synthesise(config, spoil);
  const key = JSON.stringify(config);
  const templates = known.get(key) ?? synthesise(config);
  known.set(key, templates);
  return templates;
}

function synthesise(config: ResizerConfig, spoil?: (stack: Stack) => void): Record<string, Template> {
  const app = new App({ context: cdkJson.context });
  refuseFindings(app);
  const parsed = parseConfig(config);
  const { name } = parsed.stack;
  const edge = new ResizerStack(app, name, { config: parsed, env: { region: 'us-east-1' } });
  spoil?.(edge);
  const stacks = app.synth().stacksRecursively;
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, Template.fromJSON(stack.template as object)]));
}

/**
 * Synthesises the app of a config into `folder/cdk.out`, in this process.
 * @param folder from which paths in the config start
 * @param name of another folder in it than `cdk.out`
 * @param props of the app, such as `STAGED`
 * @returns the folder of the cloud assembly
 */
export function synthesiseIn(folder: string, config: ResizerConfig, name = 'cdk.out', props: AppProps = {}): string {
  const outdir = join(folder, name);
  const app = new App({ ...props, outdir, context: cdkJson.context, analyticsReporting: false });
  const parsed = parseConfig(config, folder);
  // oxlint-disable-next-line no-new -- constructs register themselves
  new ResizerStack(app, parsed.stack.name, { config: parsed, env: { region: 'us-east-1' } });
  app.synth();
  return outdir;
}

/** The properties of the one resource of a type. */
export function only(template: Template, type: string): Record<string, any> {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
  return found[0]!['Properties'] as Record<string, any>;
}

/** Every string and expression of a template that mentions something, as text. */
export const mentions = (template: Template, text: string): boolean => JSON.stringify(template.toJSON()).includes(text);
