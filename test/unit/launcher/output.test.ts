import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput, table } from '../../../src/launcher/output.ts';

function setUp(options: { json?: boolean; isTTY?: boolean } = {}) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: options.isTTY ?? false });
  const output = createOutput({ json: options.json ?? false, stdout, stderr });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { output, out: () => text(stdout), err: () => text(stderr) };
}

const failure = { code: 'vm.broken', message: 'It broke.', hint: 'Mend it.' };

test('people get the sentence and the hint on standard error', () => {
  const { output, out, err } = setUp();
  output.failure(failure);
  expect(err()).toBe('It broke.\nMend it.\n');
  expect(out()).toBe('');
});

test('programs get one JSON object on standard output', () => {
  const { output, out, err } = setUp({ json: true });
  output.failure(failure);
  expect(JSON.parse(out())).toEqual({ error: failure });
  expect(err()).toBe('');
});

test('no control character of a guest reaches the terminal', () => {
  const { output, err } = setUp();
  output.failure({ code: 'x.y', message: 'bad \u001b]0;owned\u0007 \u202etxt', hint: 'a\nb' });
  expect(err()).toBe('bad ]0;owned txt\na\nb\n');
  expect(table([['\u001b[31mred', 'x']])).toBe('[31mred  x');
});

test('progress is shown on a terminal only, and wiped at the end', () => {
  const pipe = setUp();
  pipe.output.progress('Booting');
  expect(pipe.err()).toBe('');
  const terminal = setUp({ isTTY: true });
  terminal.output.progress('Booting');
  terminal.output.progress('Booting');
  expect(terminal.err()).toBe('Booting');
  terminal.output.result({}, 'Done.');
  expect(terminal.err()).toBe('\r\u001b[K');
  expect(terminal.out()).toBe('Done.\n');
});

test('columns are as wide as their widest cell', () => {
  expect(
    table([
      ['A', 'B'],
      ['long', 'x'],
      ['s', ''],
    ]),
  ).toBe('A     B\nlong  x\ns');
});
