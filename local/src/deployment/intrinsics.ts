import type { Resource, Stack } from './assembly';
import { type Attributes, attributesOf } from './attributes';
import { DeploymentError } from './error';
import { ACCOUNT, PARTITION, URL_SUFFIX } from './names';

type Json = unknown;
type JsonObject = Record<string, Json>;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The references in a value, as `LogicalId` or `LogicalId.Attribute`. */
export function referencesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key === 'Ref' && typeof entry === 'string') return [entry];
    if (key === 'Fn::GetAtt') return [Array.isArray(entry) ? entry.join('.') : String(entry)];
    const text = key === 'Fn::Sub' ? (Array.isArray(entry) ? (entry as Json[])[0] : entry) : undefined;
    const inText = typeof text === 'string' ? [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => match[1]!) : [];
    return [...inText, ...referencesOf(entry)];
  });
}

/** Resolves the intrinsic functions of a stack. */
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
    for (const [logicalId] of found) this.checkCondition(logicalId);
    return found;
  }

  /** @throws DeploymentError if the resource depends on a condition */
  checkCondition(logicalId: string): void {
    const { Condition } = this.#resource(logicalId, logicalId);
    if (Condition !== undefined) throw this.#error(logicalId, `its condition ${Condition} is not modelled`);
  }

  /** The resource's `Ref` and ARN, as far as they are known. */
  names(logicalId: string): string[] {
    try {
      const { ref, attributes } = this.#attributesOf(logicalId, logicalId);
      return [ref, ...(attributes['Arn'] === undefined ? [] : [attributes['Arn']])];
    } catch {
      return [];
    }
  }

  /** A resource's properties, unresolved. */
  rawProperties(logicalId: string): Record<string, unknown> {
    return this.#resource(logicalId, logicalId).Properties ?? {};
  }

  /** A resource's properties, resolved. */
  properties(logicalId: string): object {
    return this.resolve(this.#resource(logicalId, logicalId).Properties ?? {}, logicalId) as object;
  }

  /** The result of a `Ref`. */
  ref(logicalId: string): string {
    return this.#attributesOf(logicalId, logicalId).ref;
  }

  /** The result of a `Fn::GetAtt`. */
  attribute(logicalId: string, name: string, where = logicalId): string {
    const resource = this.#resource(logicalId, where);
    const value = this.#attributesOf(logicalId, where).attributes[name];
    if (value === undefined) {
      throw this.#error(where, `the attribute ${name} of ${logicalId} (${resource.Type}) is not modelled`);
    }
    return value;
  }

  /**
   * Resolves a value of the template.
   * @param where the resource or output, for errors
   * @throws DeploymentError
   */
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

  /** Resolves a value that is only shown: what cannot be resolved becomes `${LogicalId.Attribute}`. */
  resolveOrDescribe(value: Json, where: string): Json {
    if (Array.isArray(value)) return value.map((entry) => this.resolveOrDescribe(entry, where));
    try {
      return this.resolve(value, where);
    } catch (error) {
      if (!(error instanceof DeploymentError) || !isObject(value)) throw error;
      const [name, ...others] = Object.keys(value);
      if (others.length > 0 || name === undefined || (name !== 'Ref' && !name.startsWith('Fn::'))) {
        return Object.fromEntries(
          Object.entries(value).map(([key, entry]) => [key, this.resolveOrDescribe(entry, where)]),
        );
      }
      return `\${${referencesOf(value)[0] ?? name}}`;
    }
  }

  #intrinsic(name: string, argument: Json, where: string): Json {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument), where);
      case 'Fn::GetAtt':
        return this.#getAtt(Array.isArray(argument) ? argument.join('.') : String(argument), where);
      case 'Fn::Sub':
        return this.#sub(argument, where);
      case 'Fn::Join':
        return this.#join(argument, where);
      case 'Fn::Select':
        return this.#select(argument, where);
      case 'Fn::Split':
        return this.#split(argument, where);
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
      case 'AWS::URLSuffix':
        return URL_SUFFIX;
      case 'AWS::StackName':
        return this.#stack.name;
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

  #select(argument: Json, where: string): Json {
    const [index, list] = Array.isArray(argument) ? (argument as Json[]) : [];
    const resolved = this.resolve(list, where);
    const selected = Array.isArray(resolved) ? (resolved as Json[])[Number(index)] : undefined;
    if (selected === undefined) throw this.#error(where, 'Fn::Select needs an index and a list that is long enough');
    return selected;
  }

  #split(argument: Json, where: string): string[] {
    const [separator, text] = Array.isArray(argument) ? (argument as Json[]) : [];
    if (typeof separator !== 'string') throw this.#error(where, 'Fn::Split needs a separator and a text');
    return String(this.resolve(text, where)).split(separator);
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

  /** A function's versions are numbered from 1 in the order of the template, as by a first deployment. */
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
