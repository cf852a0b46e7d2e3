import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CLOUDWATCH_LOGS } from '../../../edge/limits';
import { type JsonApiOptions, type JsonOperation, startJsonApi } from '../http/json-api';
import type { HttpServer } from '../http/server';
import { ServiceError } from '../http/service-error';
import type { LogEvent, LogGroupName, LogGroups } from './log-groups';

export interface CloudWatchLogsOptions extends JsonApiOptions {
  groups: LogGroups;
}

/** A log group, with the events that it has. */
interface Found {
  arn: string;
  group: LogGroupName;
  /** Undefined where there is no such group, which only callers with the permission learn. */
  events: readonly LogEvent[] | undefined;
}

const { filteredEvents, filteredBytes, groupNameCharacters } = CLOUDWATCH_LOGS;

/** CloudWatch Logs API Reference: FilterLogEvents. Its other parameters are not modelled, and refused. */
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

/** @throws ServiceError for what CloudWatch Logs refuses, and for what is not modelled */
function filterOf(input: unknown): Filter {
  const { data, error } = filterSchema.safeParse(input);
  if (data) return data;
  const [issue] = error.issues;
  throw invalid(`${issue!.path.join('.') || 'The input'}: ${issue!.message}`);
}

const invalid = (message: string): ServiceError => new ServiceError(400, 'InvalidParameterException', message);

/** Where a page begins, and what it is a page of. */
interface Page {
  /** Id of the last event before it. */
  after: string;
  of: string;
}

/** What a listing is of, whatever page of it is asked for. */
const listingOf = (region: string, filter: Filter): string =>
  JSON.stringify([region, { ...filter, nextToken: undefined }]);

/** Pages of listings that are under way, by their tokens. */
class Pages {
  readonly #pages = new Map<string, Page>();

  next(page: Page): string {
    const token = randomUUID();
    this.#pages.set(token, page);
    return token;
  }

  /** @throws ServiceError for a token that was made up, or is of another listing */
  find(token: string, of: string): Page {
    const page = this.#pages.get(token);
    if (page?.of !== of) throw invalid('The specified nextToken is invalid.');
    return page;
  }
}

function filterEvents({ group, events }: Found, filter: Filter, pages: Pages): object {
  if (!events) throw new ServiceError(400, 'ResourceNotFoundException', 'The specified log group does not exist.');
  const { startTime = 0, endTime = Infinity, limit, nextToken } = filter;
  if (startTime > endTime) throw invalid('startTime must not be greater than endTime.');
  const of = listingOf(group.region, filter);
  const after = nextToken === undefined ? '' : pages.find(nextToken, of).after;
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
    ...(!isComplete && last && { nextToken: pages.next({ after: last.eventId, of }) }),
  };
}

/** The operations that are modelled, each for the listings of one server. */
const operationsOf = (pages: Pages): Record<string, JsonOperation<Found>> => ({
  FilterLogEvents: {
    permission: 'logs:FilterLogEvents',
    run: ({ resource, input }) => filterEvents(resource, filterOf(input), pages),
  },
});

/** Names of the operations that are modelled. */
export const OPERATIONS: readonly string[] = Object.keys(operationsOf(new Pages()));

/** Serves the part of CloudWatch Logs that `npm run logs` uses, of all regions, on 127.0.0.1. */
export function startCloudWatchLogs({ groups, ...options }: CloudWatchLogsOptions): Promise<HttpServer> {
  return startJsonApi(
    {
      name: 'logs',
      targetPrefix: 'Logs_20140328.',
      contentType: 'application/x-amz-json-1.1',
      operations: operationsOf(new Pages()),
      find: (input, region) => {
        const group = { name: filterOf(input).logGroupName, region };
        return { arn: groups.arnOf(group), group, events: groups.eventsOf(group) };
      },
      unauthenticated: () =>
        new ServiceError(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      denied: (message) => new ServiceError(400, 'AccessDeniedException', message),
      throttled: () => new ServiceError(400, 'ThrottlingException', 'Rate exceeded'),
      failed: (status) => new ServiceError(status, 'ServiceUnavailableException', 'The service cannot answer.'),
      describe: ({ code }) => ({ type: code }),
      // That a group has no log yet is not worth a line.
      refusal: (_operation, { code, message }) =>
        code === 'ResourceNotFoundException' ? undefined : `logs: ${code}: ${message}`,
    },
    options,
  );
}
