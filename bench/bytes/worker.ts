/** A process that measures the pictures that it is sent, one after the other: its messages are a `Job` and an `Answer`. */
import sharp from 'sharp';
import { type Job, type Measured, measure } from './measure';

export type Answer = { measured: Measured } | { error: string };

sharp.cache(false);
// As on Lambda, which has one processor.
sharp.concurrency(1);

process.on('message', (job: Job) => {
  measure(job).then(
    (measured) => process.send!({ measured } satisfies Answer),
    (error: Error) => process.send!({ error: `${job.picture.name}: ${error.message}` } satisfies Answer),
  );
});
