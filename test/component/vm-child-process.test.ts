import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownedCommand, runChild, startChild } from '../../src/shared/child-process.ts';
import { isRunning, knownProcess } from '../../src/vm/known-process.ts';
import { until } from './fixtures/until.ts';

describe('runChild', () => {
  test('gives code and both outputs', async () => {
    const result = await runChild({
      command: 'sh',
      args: ['-c', 'echo out; echo err >&2; exit 3'],
      timeoutMs: 5000,
    });
    expect(result).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  test('a program that does not exist has a name in the error', async () => {
    const running = runChild({ command: '/nowhere/tool', args: [], timeoutMs: 5000, dieWithParent: false });
    await expect(running).rejects.toMatchObject({
      code: 'process.not-started',
      message: expect.stringContaining('/nowhere/tool'),
    });
  });

  test('a hanging program is ended', async () => {
    const running = runChild({ command: 'sleep', args: ['600'], timeoutMs: 50 });
    await expect(running).rejects.toMatchObject({ code: 'process.timeout' });
  });

  test('a program without end of output is ended', async () => {
    const running = runChild({ command: 'yes', args: [], timeoutMs: 5000, maxOutputBytes: 1000 });
    await expect(running).rejects.toMatchObject({ code: 'process.too-much-output' });
  });

  test('an abort ends it and gives the reason', async () => {
    const cancel = new AbortController();
    const running = runChild({ command: 'sleep', args: ['600'], timeoutMs: 5000, signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('startChild', () => {
  test('keeps the last words only, passes stdin and the channel through', async () => {
    const child = await startChild({
      command: 'sh',
      args: ['-c', 'read line; yes | head -c 100000; echo "$line" >&3; printf "end"'],
      stdin: 'pipe',
      channel: true,
      tailBytes: 8,
    });
    child.stdin?.end('hello\n');
    expect(String(await once(child.channel ?? process.stdin, 'data'))).toBe('hello\n');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.tail()).toBe('\ny\ny\nend');
  });

  test('terminate is polite first; a child that ignores it is killed', async () => {
    const polite = await startChild({ command: 'sleep', args: ['600'] });
    expect(await polite.terminate(10_000)).toEqual({ code: null, signal: 'SIGTERM' });
    const stubborn = await startChild({
      command: 'sh',
      args: ['-c', 'trap "" TERM; echo set; read -r _'],
      stdin: 'pipe',
    });
    await until('the trap is set', 5000, () => stubborn.tail() === 'set\n');
    expect(await stubborn.terminate(50)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('SIGKILL of the parent ends the child', async () => {
    const parent = spawn(process.execPath, [new URL('./fixtures/own-a-child.ts', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      parent.kill('SIGKILL');
    });
    const known = knownProcess(Number(String(await once(parent.stdout, 'data'))));
    if (!known) throw new Error('no child');
    parent.kill('SIGKILL');
    await until('the child is gone', 5000, () => !isRunning(known));
  });

  test('a child whose parent died before the signal was armed does not even start', async () => {
    const [command, args] = ownedCommand('echo', ['started']);
    const orphaned = args.map((arg) => (arg === String(process.pid) ? '1' : arg));
    const child = spawn(command, orphaned, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [code] = await once(child, 'exit');
    expect(code).toBe(125);
  });
});
