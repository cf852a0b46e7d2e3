import type { Deployment, LambdaDefinition } from './deployment/deployment';
import { roleOf } from './deployment/roles';
import { type Replica, runningName } from './functions/environment';
import type { LogGroups } from './logs/log-groups';

/** A line that a function logged. */
export interface FunctionLog {
  /** The function's name in the template. */
  name: string;
  /** The region where it ran. */
  region: string;
  message: string;
}

interface FunctionLogsOptions {
  deployment: Deployment;
  groups: LogGroups;
  /** Whether a line begins with its region. */
  namesRegions: boolean;
  /** Gets every line in place of `log`. */
  onFunctionLog: ((log: FunctionLog) => void) | undefined;
  log(line: string): void;
}

/** Writes what functions print to their log groups, each in the region where the function runs. */
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
