import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CLOUDWATCH_LOGS } from '../../../edge/limits';
import { COMMON_ERRORS, type JsonApiOptions, type JsonOperation, parseInput, startJsonApi } from '../http/json-api';
import type { HttpServer } from '../http/server';
import { ServiceError } from '../http/service-error';
import type { LogEvent, LogGroupName, LogGroups } from './log-groups';

export interface CloudWatchLogsOptions extends JsonApiOptions {
  groups: LogGroups;
}

interface LogGroupResource {
  arn: string;
  group: LogGroupName;
  /** Undefined for a missing group, which only an authorised caller may learn. */
  events: readonly LogEvent[] | undefined;
}

const { filteredEvents, filteredBytes, groupNameCharacters } = CLOUDWATCH_LOGS;

/** CloudWatch Logs API Reference: FilterLogEvents. Other parameters are refused. */
const filterSchema = z.strictObject({
  logGroupName: z
    .string()
    .min(1)
    .max(groupNameCharacters)
    .regex(/^[.\-_/#A-Za-z0-9]+$/),
  startTime: z.int().min(0).optional(),
  endTime: z.int().min(0).optional(),
  limit: z.int().min(1).max(filteredEvents).default(filteredEvents),
  nextToken: z.string().min(1).optional(),
});

type Filter = z.infer<typeof filterSchema>;

const invalid = (message: string): ServiceError => new ServiceError(400, 'InvalidParameterException', message);

/** @throws ServiceError */
const parseFilter = (input: unknown): Filter => parseInput(filterSchema, input, invalid);

/** The next page of a search. */
interface Page {
  /** Id of the last event before it. */
  after: string;
  search: string;
}

/** Identifies a search, whichever of its pages is requested. */
const searchOf = (region: string, filter: Filter): string =>
  JSON.stringify([region, { ...filter, nextToken: undefined }]);

/** Next pages of unfinished searches, by token. */
class Pages {
  readonly #pages = new Map<string, Page>();

  /** @returns the page's token */
  add(page: Page): string {
    const token = randomUUID();
    this.#pages.set(token, page);
    return token;
  }

  /** @throws ServiceError for an unknown token, or one of another search */
  find(token: string, search: string): Page {
    const page = this.#pages.get(token);
    if (page?.search !== search) throw invalid('The specified nextToken is invalid.');
    return page;
  }
}

function filterEvents({ group, events }: LogGroupResource, filter: Filter, pages: Pages): object {
  if (!events) throw new ServiceError(400, 'ResourceNotFoundException', 'The specified log group does not exist.');
  const { startTime = 0, endTime = Infinity, limit, nextToken } = filter;
  if (startTime > endTime) throw invalid('startTime must not be greater than endTime.');
  const search = searchOf(group.region, filter);
  const after = nextToken === undefined ? '' : pages.find(nextToken, search).after;
  const matching = events.filter(
    ({ eventId, timestamp }) => eventId > after && timestamp >= startTime && timestamp <= endTime,
  );
  const page: LogEvent[] = [];
  let bytes = 0;
  for (const event of matching.slice(0, limit)) {
    bytes += Buffer.byteLength(event.message);
    if (bytes > filteredBytes && page.length > 0) break;
    page.push(event);
  }
  const last = page.at(-1);
  const isComplete = page.length === matching.length;
  return {
    events: page,
    searchedLogStreams: [],
    ...(!isComplete && last && { nextToken: pages.add({ after: last.eventId, search }) }),
  };
}

const operationsOf = (pages: Pages): Record<string, JsonOperation<LogGroupResource>> => ({
  FilterLogEvents: {
    permission: 'logs:FilterLogEvents',
    run: ({ resource, input }) => filterEvents(resource, parseFilter(input), pages),
  },
});

/** Names of the operations that are modelled. */
export const OPERATIONS: readonly string[] = Object.keys(operationsOf(new Pages()));

/** Serves the part of CloudWatch Logs that `npm run logs` uses, for all regions, on 127.0.0.1. */
export function startCloudWatchLogs({ groups, ...options }: CloudWatchLogsOptions): Promise<HttpServer> {
  return startJsonApi(
    {
      ...COMMON_ERRORS,
      name: 'logs',
      targetPrefix: 'Logs_20140328.',
      contentType: 'application/x-amz-json-1.1',
      operations: operationsOf(new Pages()),
      find: (input, { region }) => {
        const group = { name: parseFilter(input).logGroupName, region };
        return { arn: groups.arnOf(group), group, events: groups.eventsOf(group) };
      },
      failed: (status) => new ServiceError(status, 'ServiceUnavailableException', 'The service cannot answer.'),
      describe: ({ code }) => ({ type: code }),
      // A function that has not logged yet has no group: that is normal.
      refusal: (_operation, { code, message }) =>
        code === 'ResourceNotFoundException' ? undefined : `logs: ${code}: ${message}`,
    },
    options,
  );
}
