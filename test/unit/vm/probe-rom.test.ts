import { expect, test } from 'vitest';
import { probeArguments } from '../../../src/vm/qemu/accelerator.ts';
import { probeExitCode, probeRom } from '../../../src/vm/qemu/probe-rom.ts';

test('a ROM of 64 KiB that starts 16 bytes below its end and leaves by exit code 33', () => {
  const rom = probeRom();
  expect(rom.length).toBe(65536);
  expect(rom.subarray(65520, 65525).toString('hex')).toBe('ea000000f0');
  expect(probeExitCode).toBe(33);
});

test('the code is what the assembler makes of the listing', () => {
  expect(probeRom().toString('hex', 0, 0x96)).toBe(
    'fa2e660f011690000f20c00c010f22c066ea18000f00080066b810008ed88ec08ed0fcbf0010000031c0b900040000f3ab' +
      'c7050010000003200000b803000000b900040000ab0500100000e2f8b8001000000f22d80f20c00d000000800f22c0eb00' +
      'b9a0860100ff0500800000e2f8b010e6f4f4ebfd00000000000000000000ffff0000009acf00ffff00000092cf00' +
      '170078000f00',
  );
});

test('the probe runs the processor that the guest will have', () => {
  expect(probeArguments('kvm', '/c/rom.bin').join(' ')).toBe(
    '-accel kvm -cpu host -machine pc -m 16 -no-reboot -nodefaults -no-user-config -display none -vga none ' +
      '-device isa-debug-exit,iobase=0xf4,iosize=1 -bios /c/rom.bin',
  );
});
