import { randomBytes } from 'node:crypto';
import { type Json, type Mutation, distributionOf, propertiesOf } from './template';

const membersOf = (template: Json): Json => distributionOf(template).CacheBehaviors[0];
const publicOf = (template: Json): Json => distributionOf(template).DefaultCacheBehavior;
const functionOf = (template: Json, behavior: Json): Json =>
  template.Resources[behavior.FunctionAssociations[0].FunctionARN['Fn::GetAtt'][0]].Properties;

/** Leaves out the refusal of the other folders. @throws Error where there is none to leave out */
function withoutRefusal(properties: Json): void {
  const code = properties.FunctionCode.replace(/&&(?=\w+\(403,"OTHER_FOLDER")/, '&&!1&&');
  if (code === properties.FunctionCode) throw new Error('The function has no refusal of other folders.');
  properties.FunctionCode = code;
}

/** As `npm run keys` makes them. */
const signingKey = (): string => randomBytes(32).toString('base64url');

/** Ways to break the template of a distribution with a folder for members and sizes off the list. */
export const MEMBER_MUTATIONS: Record<string, Mutation> = {
  'members: no trusted key group': (t) => delete membersOf(t).TrustedKeyGroups,
  'members: no behaviour of the folder': (t) => delete distributionOf(t).CacheBehaviors,
  'members: the public function without its refusal': (t) => withoutRefusal(functionOf(t, publicOf(t))),
  'members: the function of the folder without its refusal': (t) => withoutRefusal(functionOf(t, membersOf(t))),
  'members: the public function for the folder, too': (t) =>
    (membersOf(t).FunctionAssociations = publicOf(t).FunctionAssociations),
  'members: the function of the folder for all': (t) =>
    (publicOf(t).FunctionAssociations = membersOf(t).FunctionAssociations),
  'members: another pattern of the folder': (t) => (membersOf(t).PathPattern = '/member/*'),
  'signed: a key that the template imports': (t) =>
    (propertiesOf(t, 'AWS::CloudFront::KeyValueStore').ImportSource = {
      SourceType: 'S3',
      SourceArn: 'arn:aws:s3:::keys/keys.json',
    }),
  'signed: a key in the code of the function': (t) => (functionOf(t, publicOf(t)).FunctionCode += `//${signingKey()}`),
  'signed: a key in a comment': (t) => (propertiesOf(t, 'AWS::CloudFront::KeyValueStore').Comment = signingKey()),
  'signed: a private key in an output': (t) => (t.Outputs.Key = { Value: '-----BEGIN PRIVATE KEY-----' }),
  'signed: a function without its store': (t) =>
    delete functionOf(t, publicOf(t)).FunctionConfig.KeyValueStoreAssociations,
};
