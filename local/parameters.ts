import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Parameter } from './deployment/deployment';
import { describePrincipal, evaluate } from './iam/evaluate';
import { principalOf } from './iam/authenticate';
import type { Identities } from './s3/identities';

export interface ParametersOptions {
  parameters: Parameter[];
  /** What a parameter's text becomes on this machine. */
  translate(value: string): string;
  identities: Identities;
  log(line: string): void;
}

/** The part of Systems Manager that functions use: GetParameter, for those whose policies let. */
export interface Parameters {
  url: string;
  close(): Promise<void>;
}

const OPERATION = 'AmazonSSM.GetParameter';

class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Serves the stacks' parameters on 127.0.0.1, in the JSON protocol that the SDKs speak. */
export async function startParameters(options: ParametersOptions): Promise<Parameters> {
  const server = createServer((request, response) => void answer(options, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(options: ParametersOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  try {
    reply(200, { Parameter: await parameterFor(options, request) });
  } catch (error) {
    const { code, message } = error instanceof Refusal ? error : new Refusal('InternalServerError', String(error));
    options.log(`ssm: ${code}: ${message}`);
    reply(400, { __type: code, message });
  }
}

async function parameterFor(
  { parameters, translate, identities }: ParametersOptions,
  request: IncomingMessage,
): Promise<object> {
  const operation = request.headers['x-amz-target'];
  if (operation !== OPERATION) throw new Refusal('UnsupportedOperation', `${String(operation)} is not modelled here.`);
  const body = await text(request);
  const principal = await principalOf(
    { method: request.method!, path: request.url!, headers: request.headers as Record<string, string>, body },
    identities,
  );
  if (!principal) throw new Refusal('UnrecognizedClientException', 'The security token in the request is invalid.');
  const { Name } = JSON.parse(body) as { Name: string };
  const parameter = parameters.find(({ name, arn }) => name === Name || arn === Name);
  if (!parameter) throw new Refusal('ParameterNotFound', `There is no parameter ${Name}.`);
  const { allowed, reason } = evaluate({ principal, action: 'ssm:GetParameter', resource: parameter.arn }, []);
  if (!allowed) {
    throw new Refusal(
      'AccessDeniedException',
      `${describePrincipal(principal)} is not authorized to perform: ssm:GetParameter on ${parameter.arn} ${reason}`,
    );
  }
  return { Name: parameter.name, ARN: parameter.arn, Type: 'String', Value: translate(parameter.value), Version: 1 };
}
