/**
 * The render process, in which pictures are decoded and encoded. It works on one task after the other, until the
 * function that started it ends or kills it.
 */
import { Socket } from 'node:net';
import { isFailure } from '../failure';
import { render } from '../render';
import { CHANNEL, type Message, MessageReader, sendMessage } from './messages';
import { type ReplyHeader, type TaskHeader, TASK_LIMITS } from './protocol';

const channel = new Socket({ fd: CHANNEL });

/** Ends by a signal, since an ordinary exit would wait for the decoder. */
const end = (): void => void process.kill(process.pid, 'SIGKILL');

const reply = (header: ReplyHeader, body?: Buffer): void => sendMessage(channel, header, body);

async function work({ header, body: original }: Message): Promise<void> {
  const { variant, settings, focus } = header as TaskHeader;
  reply({ kind: 'begun' });
  const outcome = await render(original, variant, settings, focus);
  if (isFailure(outcome)) {
    reply({ kind: 'refused', ...outcome });
  } else {
    const { body, ...rendered } = outcome;
    reply({ kind: 'rendered', ...rendered }, body);
  }
}

const tasks = new MessageReader(TASK_LIMITS);
channel.on('data', (chunk: Buffer) => {
  for (const task of tasks.read(chunk)) void work(task);
});
channel.on('end', end);
channel.on('error', end);

reply({ kind: 'ready' });
