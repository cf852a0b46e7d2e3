import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A template as JSON; its shape is CloudFormation's. */
// oxlint-disable-next-line typescript/no-explicit-any -- a mutation reaches anywhere into it
export type Json = any;

const TEMPLATE = /\.template\.json$/;

/** A change to a template, and to the folder that has its assets. */
export type Mutation = (template: Json, folder: string) => void;

/** Copies a cloud assembly into a folder, with its template changed; assets are linked. */
export function mutateAssembly(from: string, to: string, change: Mutation): void {
  mkdirSync(to, { recursive: true });
  const [templates, others] = [true, false].map((is) => readdirSync(from).filter((name) => TEMPLATE.test(name) === is));
  for (const name of others!) symlinkSync(join(from, name), join(to, name));
  for (const name of templates!) {
    const template: Json = JSON.parse(readFileSync(join(from, name), 'utf8'));
    change(template, to);
    writeFileSync(join(to, name), JSON.stringify(template));
  }
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

/** Takes a file or a folder out of the asset of the edge function. */
export const withoutFile = (template: Json, folder: string, path: string): void =>
  rmSync(join(ownAssetOf(template, folder), path), { recursive: true });

/** A folder with the code of the edge function that a mutation may change: a copy in place of the link. */
export function ownAssetOf(template: Json, folder: string): string {
  const asset = join(folder, `asset.${edgeFunctionOf(template).Code.S3Key.replace('.zip', '')}`);
  const original = realpathSync(asset);
  rmSync(asset);
  cpSync(original, asset, { recursive: true });
  return asset;
}

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

/** Takes one action from what the role of the edge function may do with variants. */
export function withoutVariantsAction(template: Json, action: string): void {
  const { PolicyDocument } = propertiesOf(template, 'AWS::IAM::Policy', ({ PolicyName }) =>
    PolicyName.includes('StoreVariants'),
  );
  PolicyDocument.Statement = withoutAction(PolicyDocument.Statement, action);
}

/** Takes one action from what the variants bucket's policy allows CloudFront. */
export function withoutBucketAction(template: Json, action: string): void {
  const policy = propertiesOf(template, 'AWS::S3::BucketPolicy', ({ PolicyDocument }) =>
    JSON.stringify(PolicyDocument).includes('cloudfront.amazonaws.com'),
  );
  policy.PolicyDocument.Statement = withoutAction(policy.PolicyDocument.Statement, action);
}
