import { Faults, parseFault } from '../../local/src/faults';

describe('a fault on the command line', () => {
  it.each([
    ['s3:GetObject=503,rate=0.3', { action: 's3:GetObject', outcome: { kind: 'status', status: 503 }, rate: 0.3 }],
    [
      's3:GetObject=InvalidObjectState',
      { action: 's3:GetObject', outcome: { kind: 'code', code: 'InvalidObjectState' } },
    ],
    ['s3:*=latency=200', { action: 's3:*', latencyMs: 200 }],
    ['lambda:Invoke=throttle,times=2', { action: 'lambda:Invoke', outcome: { kind: 'throttle' }, times: 2 }],
    [
      's3:PutObject=reset,latency=5,key=*.jpg,bucket=b',
      { action: 's3:PutObject', outcome: { kind: 'reset' }, latencyMs: 5, key: '*.jpg', bucket: 'b' },
    ],
  ])('%s is understood', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  it.each([
    'GetObject=503',
    's3:GetObject',
    's3:GetObject=',
    's3:GetObject=200',
    's3:GetObject=slow',
    's3:GetObject=NoSuchError',
    'sqs:SendMessage=AccessDenied',
    's3:GetObject=503,404',
    's3:GetObject=503,rate=2',
    's3:GetObject=503,times=0',
    's3:GetObject=503,times=1.5',
    's3:GetObject=503,colour=red',
    's3:GetObject=rate=0.5',
    's3:GetObject=latency=-1',
  ])('%j is refused in one line that says what is allowed', (text) => {
    expect(() => parseFault(text)).toThrow(/^fault '.*': .*; write 'service:Action=WHAT.*bucket=NAME$/);
  });
});

describe('the faults in force', () => {
  it('hit the requests that their action, key and bucket match', () => {
    const faults = new Faults(['s3:get*=503,key=a/*,bucket=b']);
    const hit = { latencyMs: 0, outcome: { kind: 'status', status: 503 } };
    expect(faults.match('s3:GetObject', { bucket: 'b', key: 'a/1' })).toEqual(hit);
    expect(faults.match('s3:GetObject', { bucket: 'c', key: 'a/1' })).toBeUndefined();
    expect(faults.match('s3:GetObject', { bucket: 'b', key: 'b/1' })).toBeUndefined();
    expect(faults.match('s3:PutObject', { bucket: 'b', key: 'a/1' })).toBeUndefined();
    expect(faults.match('s3:GetObject')).toBeUndefined();
  });

  it('are used up after `times` requests, and can be cleared', () => {
    const faults = new Faults(['s3:*=503,times=2', 'lambda:*=500']);
    expect([1, 2, 3].map(() => faults.match('s3:GetObject') !== undefined)).toEqual([true, true, false]);
    faults.clear();
    expect(faults.match('lambda:Invoke')).toBeUndefined();
  });

  it('add up their latencies, and have the first outcome', () => {
    const faults = new Faults(['s3:*=latency=5', 's3:*=cut,latency=6', 's3:*=reset']);
    expect(faults.match('s3:GetObject')).toEqual({ latencyMs: 11, outcome: { kind: 'cut' } });
  });

  it('hit their rate of requests, the same ones for the same seed', () => {
    const hits = (seed: number) => {
      const faults = new Faults(['s3:*=503,rate=0.3'], seed);
      return Array.from({ length: 1000 }, () => faults.match('s3:GetObject') !== undefined);
    };
    expect(hits(1)).toEqual(hits(1));
    expect(hits(1)).not.toEqual(hits(2));
    const share = hits(3).filter(Boolean).length;
    expect(share).toBeGreaterThan(250);
    expect(share).toBeLessThan(350);
  });
});
