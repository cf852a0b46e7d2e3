import type { Resource, Stack } from './assembly';
import { type Attributes, attributesOf } from './attributes';
import { DeploymentError } from './error';
import { ACCOUNT, PARTITION } from './names';

type Json = unknown;
type JsonObject = Record<string, Json>;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Turns the intrinsic functions of one stack into the plain values that CloudFormation would put there. */
export class Resolver {
  readonly #stack: Stack;
  readonly #attributes = new Map<string, Attributes>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /**
   * The resources of one type.
   * @throws DeploymentError if one depends on a condition
   */
  resources(type: string): [logicalId: string, resource: Resource][] {
    const found = Object.entries(this.#stack.template.Resources ?? {}).filter(([, resource]) => resource.Type === type);
    for (const [logicalId, { Condition }] of found) {
      if (Condition !== undefined) throw this.#error(logicalId, `its condition ${Condition} is not modelled`);
    }
    return found;
  }

  /** The properties of a resource as plain values. */
  properties(logicalId: string): object {
    return this.resolve(this.#resource(logicalId, logicalId).Properties ?? {}, logicalId) as object;
  }

  /** What a `Ref` to the resource gives. */
  ref(logicalId: string): string {
    return this.#attributesOf(logicalId, logicalId).ref;
  }

  /** What a `Fn::GetAtt` of the resource gives. */
  attribute(logicalId: string, name: string, where = logicalId): string {
    const resource = this.#resource(logicalId, where);
    const value = this.#attributesOf(logicalId, where).attributes[name];
    if (value === undefined) {
      throw this.#error(where, `the attribute ${name} of ${logicalId} (${resource.Type}) is not modelled`);
    }
    return value;
  }

  /** A value of the template as plain JSON; `where` names the resource or output in errors. */
  resolve(value: Json, where: string): Json {
    if (typeof value === 'string') {
      if (value.includes('{{resolve:')) throw this.#error(where, `the dynamic reference ${value} needs AWS`);
      return value;
    }
    if (Array.isArray(value)) return value.map((entry) => this.resolve(entry, where));
    if (!isObject(value)) return value;
    const [name, ...others] = Object.keys(value);
    if (others.length === 0 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
      return this.#intrinsic(name, value[name], where);
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.resolve(entry, where)]));
  }

  #intrinsic(name: string, argument: Json, where: string): string {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument), where);
      case 'Fn::GetAtt':
        return this.#getAtt(Array.isArray(argument) ? argument.join('.') : String(argument), where);
      case 'Fn::Sub':
        return this.#sub(argument, where);
      case 'Fn::Join':
        return this.#join(argument, where);
      default:
        throw this.#error(where, `the intrinsic function ${name} is not modelled`);
    }
  }

  #ref(name: string, where: string): string {
    switch (name) {
      case 'AWS::AccountId':
        return ACCOUNT;
      case 'AWS::Region':
        return this.#stack.region;
      case 'AWS::Partition':
        return PARTITION;
      default:
        return this.#attributesOf(name, where).ref;
    }
  }

  #getAtt(path: string, where: string): string {
    const dot = path.indexOf('.');
    return this.attribute(path.slice(0, dot), path.slice(dot + 1), where);
  }

  #sub(argument: Json, where: string): string {
    if (typeof argument !== 'string') throw this.#error(where, 'Fn::Sub with values of its own is not modelled');
    return argument.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      return name.includes('.') ? this.#getAtt(name, where) : this.#ref(name, where);
    });
  }

  #join(argument: Json, where: string): string {
    const [separator, list] = Array.isArray(argument) ? (argument as Json[]) : [];
    if (!Array.isArray(list)) throw this.#error(where, 'Fn::Join needs a separator and a list');
    return list.map((entry) => String(this.resolve(entry, where))).join(String(separator));
  }

  #resource(logicalId: string, where: string): Resource {
    const resources = this.#stack.template.Resources ?? {};
    const resource = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    if (!resource) throw this.#error(where, `there is no resource ${logicalId}, and no parameter is modelled`);
    return resource;
  }

  #attributesOf(logicalId: string, where: string): Attributes {
    const known = this.#attributes.get(logicalId);
    if (known) return known;
    const resource = this.#resource(logicalId, where);
    const attributes =
      resource.Type === 'AWS::Lambda::Version'
        ? this.#version(logicalId, resource)
        : attributesOf(resource.Type, {
            stack: this.#stack,
            logicalId,
            nameIn: (property) => this.resolve(resource.Properties?.[property], logicalId) as string | undefined,
          });
    this.#attributes.set(logicalId, attributes);
    return attributes;
  }

  /** Numbers the versions of a function from 1, in the order of the template, as a first deployment does. */
  #version(logicalId: string, { Properties }: Resource): Attributes {
    const functionOf = (properties: Record<string, unknown> | undefined) =>
      String(this.resolve(properties?.FunctionName, logicalId));
    const name = functionOf(Properties);
    const siblings = this.resources('AWS::Lambda::Version').filter(
      ([, sibling]) => functionOf(sibling.Properties) === name,
    );
    const version = String(siblings.findIndex(([id]) => id === logicalId) + 1);
    const arn = name.startsWith('arn:')
      ? `${name}:${version}`
      : `arn:${PARTITION}:lambda:${this.#stack.region}:${ACCOUNT}:function:${name}:${version}`;
    return { ref: arn, attributes: { Version: version, FunctionArn: arn } };
  }

  #error(where: string, problem: string): DeploymentError {
    return new DeploymentError(`${this.#stack.name}/${where}: ${problem}`);
  }
}
