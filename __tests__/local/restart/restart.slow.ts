import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { checkUnlocked, lockFolder } from '../../../local/src/folder-lock';
import { WEBP, photo, run, send } from '../running';
import { endAll, killAndCheck, serve } from './killed';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'restart-'));
});
afterEach(() => {
  endAll();
  rmSync(data, { recursive: true, force: true });
});

const widthOf = async (url: string): Promise<number> => {
  const { body } = await send(url, '/a.jpg?w=320', 'GET', { accept: WEBP });
  return (await sharp(body).metadata()).height;
};

test('an upload right before a kill -9 is handled after the restart', async () => {
  let served = await serve(data);
  const put = async (body: Buffer) =>
    served.client.send(new PutObjectCommand({ Bucket: served.buckets.originals, Key: 'a.jpg', Body: body }));
  await put(await photo(320, 240));
  await served.settle();
  expect(await widthOf(served.url)).toBe(240);
  await put(await photo(320, 200));
  await served.kill();
  served = await serve(data);
  await served.settle();
  expect(await widthOf(served.url)).toBe(200);
  await served.kill();
});

test('kill -9 at random moments leaves nothing stale, lost or left over', async () => {
  await expect(killAndCheck({ rounds: 2, seed: 11 })).resolves.toBeUndefined();
});

describe('a folder of buckets', () => {
  const lock = () => join(data, '_lock');
  const inUse = (pid: number) => `${data} is in use by process ${pid}; end it, or choose another folder with --data.`;

  test('is used by one distribution at a time, whose process the error names, and a killed one does not block it', async () => {
    const served = await serve(data);
    const pid = served.child.pid!;
    await expect(run({ data })).rejects.toThrow(inUse(pid));
    expect(() => checkUnlocked(data)).toThrow(inUse(pid));
    await served.kill();
    const second = await run({ data });
    await expect(run({ data })).rejects.toThrow(inUse(process.pid));
    await second.close();
    const third = await run({ data });
    await third.close();
  });

  test('is free if another process has the id of its former holder', () => {
    lockFolder(data);
    const held = JSON.parse(readFileSync(lock(), 'utf8')) as { pid: number; began: string };
    expect(() => lockFolder(data)).toThrow(inUse(process.pid));
    writeFileSync(lock(), JSON.stringify({ ...held, began: `${held.began}0` }));
    expect(() => checkUnlocked(data)).not.toThrow();
    lockFolder(data);
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toEqual(held);
  });

  test.each(['', '{', '{"pid":0}', '{"pid":"1"}', 'null'])('is free where its lock is damaged: %j', (text) => {
    writeFileSync(lock(), text);
    lockFolder(data);
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
  });
});
