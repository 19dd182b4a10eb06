import { expect, it } from 'vitest';
import { cpioArchive, unsignedModule } from '../../../src/appliance/initrd.ts';

it('writes the newc format: aligned headers, names and contents, and a trailer', () => {
  const content = Buffer.from('hello');
  const archive = cpioArchive([
    { name: 'bin', mode: 0o040755 },
    { name: 'bin/x', mode: 0o100755, content },
  ]);
  // Header (110 bytes), name with its zero, padding to four bytes each.
  const folder = archive.subarray(0, 116);
  expect(folder.toString('latin1', 0, 6)).toBe('070701');
  expect(folder.toString('latin1', 14, 22)).toBe('000041ed');
  expect(folder.toString('latin1', 38, 46)).toBe('00000002');
  expect(folder.toString('latin1', 110, 114)).toBe('bin\0');
  const file = archive.subarray(116);
  expect(file.toString('latin1', 54, 62)).toBe('00000005');
  expect(file.toString('latin1', 94, 102)).toBe('00000006');
  expect(file.toString('latin1', 110, 116)).toBe('bin/x\0');
  expect(file.subarray(116, 121)).toEqual(content);
  expect([...file.subarray(121, 124)]).toEqual([0, 0, 0]);
  expect(archive.length % 4).toBe(0);
  expect(archive.toString('latin1')).toContain('TRAILER!!!\0');
});

it('takes the signature off a module, and leaves one without as it is', () => {
  const code = Buffer.from('\x7fELF and so on', 'latin1');
  const signature = Buffer.alloc(300, 7);
  const info = Buffer.alloc(12);
  info.writeUInt32BE(signature.length, 8);
  const signed = Buffer.concat([code, signature, info, Buffer.from('~Module signature appended~\n')]);
  expect(unsignedModule(signed)).toEqual(code);
  expect(unsignedModule(code)).toEqual(code);
});
