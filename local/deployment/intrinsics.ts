import type { Resource, Stack } from './assembly';
import { type Attributes, attributesOf } from './attributes';
import { DeploymentError } from './error';
import { ACCOUNT, PARTITION, URL_SUFFIX } from './names';

type Json = unknown;
type JsonObject = Record<string, Json>;

/** What `AWS::NoValue` resolves to: the property that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Turns one stack's intrinsic functions into the plain values that CloudFormation would put there.
 * `imports` finds the exports of the other stacks.
 */
export class Resolver {
  readonly #stack: Stack;
  readonly #imports: (name: string) => Json;
  readonly #attributes = new Map<string, Attributes>();

  constructor(stack: Stack, imports: (name: string) => Json) {
    this.#stack = stack;
    this.#imports = imports;
  }

  /** The resources that the stack's conditions let be, of one type. */
  resources(type: string): [logicalId: string, resource: Resource][] {
    return Object.entries(this.#stack.template.Resources ?? {}).filter(
      ([, resource]) =>
        resource.Type === type && (resource.Condition === undefined || this.condition(resource.Condition)),
    );
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
    const resolved = this.#value(value, where);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  condition(name: string, where = name): boolean {
    const conditions = this.#stack.template.Conditions ?? {};
    if (!Object.hasOwn(conditions, name)) throw this.#error(where, `there is no condition ${name}`);
    return this.#boolean(conditions[name], where);
  }

  #value(value: Json, where: string): Json {
    if (typeof value === 'string') return this.#text(value, where);
    if (Array.isArray(value)) {
      return value.map((entry) => this.#value(entry, where)).filter((entry) => entry !== NO_VALUE);
    }
    if (!isObject(value)) return value;
    const [name, ...others] = Object.keys(value);
    if (others.length === 0 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
      return this.#intrinsic(name, value[name], where);
    }
    const entries = Object.entries(value).map(([key, entry]) => [key, this.#value(entry, where)] as const);
    return Object.fromEntries(entries.filter(([, entry]) => entry !== NO_VALUE));
  }

  #text(value: string, where: string): string {
    if (value.includes('{{resolve:')) {
      throw this.#error(where, `the dynamic reference ${value} needs AWS`);
    }
    return value;
  }

  #intrinsic(name: string, argument: Json, where: string): Json {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument), where);
      case 'Fn::GetAtt':
        return this.#getAtt(argument, where);
      case 'Fn::Sub':
        return this.#sub(argument, where);
      case 'Fn::Join': {
        const [separator, list] = this.#list(argument, name, where, 2);
        return this.#list(list, name, where).map(String).join(String(separator));
      }
      case 'Fn::Select': {
        const [index, list] = this.#list(argument, name, where, 2);
        const selected = this.#list(list, name, where)[Number(index)];
        if (selected === undefined) throw this.#error(where, `Fn::Select finds no entry ${String(index)}`);
        return selected;
      }
      case 'Fn::Split': {
        const [separator, text] = this.#list(argument, name, where, 2);
        return String(text).split(String(separator));
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, Json, Json];
        return this.#value(this.condition(condition, where) ? yes : no, where);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = this.#list(argument, name, where, 3).map(String) as [string, string, string];
        const found = this.#stack.template.Mappings?.[map]?.[first]?.[second];
        if (found === undefined) throw this.#error(where, `there is no ${map}.${first}.${second} to find in a map`);
        return found;
      }
      case 'Fn::ImportValue':
        return this.#imports(String(this.#value(argument, where)));
      case 'Fn::Base64':
        return Buffer.from(String(this.#value(argument, where))).toString('base64');
      case 'Fn::Equals':
      case 'Fn::And':
      case 'Fn::Or':
      case 'Fn::Not':
        return this.#boolean({ [name]: argument }, where);
      default:
        throw this.#error(where, `the intrinsic function ${name} is not modelled`);
    }
  }

  #boolean(condition: Json, where: string): boolean {
    const [name, argument] = Object.entries(condition as JsonObject)[0] ?? [];
    const parts = (Array.isArray(argument) ? argument : [argument]) as Json[];
    switch (name) {
      case 'Condition':
        return this.condition(String(argument), where);
      case 'Fn::Equals':
        return String(this.#value(parts[0], where)) === String(this.#value(parts[1], where));
      case 'Fn::And':
        return parts.every((part) => this.#boolean(part, where));
      case 'Fn::Or':
        return parts.some((part) => this.#boolean(part, where));
      case 'Fn::Not':
        return !this.#boolean(parts[0], where);
      default:
        throw this.#error(where, `the condition ${String(name)} is not modelled`);
    }
  }

  #ref(name: string, where: string): Json {
    const { name: stackName, region, template } = this.#stack;
    switch (name) {
      case 'AWS::AccountId':
        return ACCOUNT;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return PARTITION;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:${PARTITION}:cloudformation:${region}:${ACCOUNT}:stack/${stackName}/0`;
      case 'AWS::URLSuffix':
        return URL_SUFFIX;
      case 'AWS::NoValue':
        return NO_VALUE;
      default:
    }
    const parameter = template.Parameters?.[name];
    if (!parameter) return this.#attributesOf(name, where).ref;
    if (parameter.Default === undefined) throw this.#error(where, `the parameter ${name} has no default`);
    return parameter.Default;
  }

  #getAtt(argument: Json, where: string): string {
    const text = typeof argument === 'string' ? argument : (argument as string[]).join('.');
    const dot = text.indexOf('.');
    return this.attribute(text.slice(0, dot), text.slice(dot + 1), where);
  }

  #sub(argument: Json, where: string): string {
    const [text, values] = (typeof argument === 'string' ? [argument, {}] : argument) as [string, JsonObject];
    return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(values, name)) return String(this.#value(values[name], where));
      return String(name.includes('.') ? this.#getAtt(name, where) : this.#ref(name, where));
    });
  }

  #list(argument: Json, name: string, where: string, length?: number): Json[] {
    const list = this.#value(argument, where);
    if (!Array.isArray(list) || (length !== undefined && list.length !== length)) {
      throw this.#error(where, `${name} needs a list${length === undefined ? '' : ` of ${length}`}`);
    }
    return list;
  }

  #resource(logicalId: string, where: string): Resource {
    const resources = this.#stack.template.Resources ?? {};
    const resource = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    if (!resource) throw this.#error(where, `there is no resource or parameter ${logicalId}`);
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
            given: (property) => this.resolve(resource.Properties?.[property], logicalId) as string | undefined,
          });
    this.#attributes.set(logicalId, attributes);
    return attributes;
  }

  /** A first deployment: the versions of a function count from 1, in the order of the template. */
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
