import { roleOf } from './cloudfront/start';
import type { Deployment, LambdaDefinition } from './deployment/deployment';
import { type Replica, runningName } from './functions/environment';
import type { LogGroups } from './logs/log-groups';

/** A line that a function has logged. */
export interface FunctionLog {
  /** Of the function, as the template names it. */
  name: string;
  /** Where it ran. */
  region: string;
  message: string;
}

interface FunctionLogsOptions {
  deployment: Deployment;
  groups: LogGroups;
  /** Whether lines begin with their region, since there are edges in several. */
  namesRegions: boolean;
  /** Called with every line; `log` is, without it. */
  onFunctionLog: ((log: FunctionLog) => void) | undefined;
  log(line: string): void;
}

/** Where functions log: in the log group that each has on AWS, in the region that it runs in. */
export const functionLogs =
  ({ deployment, groups, namesRegions, onFunctionLog, log }: FunctionLogsOptions) =>
  (definition: LambdaDefinition, replica?: Replica): ((message: string) => void) => {
    const { name } = definition;
    const region = replica?.region ?? definition.region;
    const group = { name: definition.logGroup ?? `/aws/lambda/${runningName(definition, replica)}`, region };
    const write = groups.writerFor(group, roleOf(deployment, definition));
    return (message) => {
      write(message);
      if (onFunctionLog) onFunctionLog({ name, region, message });
      else log(`${namesRegions && replica ? `${region} ` : ''}${name}: ${message}`);
    };
  };
