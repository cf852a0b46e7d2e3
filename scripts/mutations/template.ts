import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A template as JSON; its shape is CloudFormation's. */
// oxlint-disable-next-line typescript/no-explicit-any -- a mutation reaches anywhere into it
export type Json = any;

const TEMPLATE = /\.template\.json$/;

/** Breaks the template, or an asset of the assembly in this folder. */
export type Mutation = (template: Json, assembly: string) => void;

/** Copies a cloud assembly into a folder, mutated; assets are linked. */
export function mutateAssembly(from: string, to: string, mutate: Mutation): void {
  mkdirSync(to, { recursive: true });
  const names = readdirSync(from);
  const isTemplate = (name: string) => TEMPLATE.test(name);
  for (const name of names.filter((each) => !isTemplate(each))) symlinkSync(join(from, name), join(to, name));
  for (const name of names.filter(isTemplate)) {
    const template: Json = JSON.parse(readFileSync(join(from, name), 'utf8'));
    mutate(template, to);
    writeFileSync(join(to, name), JSON.stringify(template));
  }
}

/** Takes a file or a folder out of the edge function's asset, of which the assembly then has a copy. */
export function withoutFile(assembly: string, path: string): void {
  const name = readdirSync(assembly).find((each) => existsSync(join(assembly, each, 'node_modules', 'sharp')))!;
  const asset = join(assembly, name);
  const copy = `${asset}.copy`;
  cpSync(asset, copy, { recursive: true, dereference: true });
  rmSync(join(copy, path), { recursive: true });
  rmSync(asset);
  renameSync(copy, asset);
}

/** The properties of the one resource of a type, or of the one among several that `is` tells. */
export function propertiesOf(template: Json, type: string, is: (properties: Json) => boolean = () => true): Json {
  const found = Object.values<Json>(template.Resources).filter((each) => each.Type === type && is(each.Properties));
  if (found.length !== 1) throw new Error(`The template has ${found.length} resources of ${type}.`);
  return found[0].Properties;
}

export const edgeFunctionOf = (template: Json): Json =>
  propertiesOf(
    template,
    'AWS::Lambda::Function',
    ({ Timeout, Handler }) => Timeout === 30 && Handler === 'index.handler',
  );

export const distributionOf = (template: Json): Json =>
  propertiesOf(template, 'AWS::CloudFront::Distribution').DistributionConfig;

const withoutAction = (statements: Json[], action: string): Json[] =>
  statements.flatMap((statement) => {
    const left = [statement.Action].flat().filter((each) => each !== action);
    return statement.Effect === 'Deny' ? [statement] : left.length ? [{ ...statement, Action: left }] : [];
  });

/** Takes one action from the role of the edge function, in its own policies and in those attached to it. */
export function withoutRoleAction(template: Json, action: string): void {
  const role = propertiesOf(template, 'AWS::IAM::Role', ({ Policies }) => Policies !== undefined);
  const isLeft = ({ PolicyDocument }: Json): boolean => {
    PolicyDocument.Statement = withoutAction(PolicyDocument.Statement, action);
    return PolicyDocument.Statement.length > 0;
  };
  role.Policies = role.Policies.filter(isLeft);
  for (const [id, { Type, Properties }] of Object.entries<Json>(template.Resources)) {
    const isAttached = Type === 'AWS::IAM::Policy' && template.Resources[Properties.Roles[0].Ref].Properties === role;
    if (isAttached && !isLeft(Properties)) delete template.Resources[id];
  }
}

/** Takes one action from what the variants bucket's policy allows CloudFront. */
export function withoutBucketAction(template: Json, action: string): void {
  const policy = propertiesOf(template, 'AWS::S3::BucketPolicy', ({ PolicyDocument }) =>
    JSON.stringify(PolicyDocument).includes('cloudfront.amazonaws.com'),
  );
  policy.PolicyDocument.Statement = withoutAction(policy.PolicyDocument.Statement, action);
}
