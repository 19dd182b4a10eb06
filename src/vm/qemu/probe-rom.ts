/** QEMU's exit code when the ROM below ran to its end: isa-debug-exit turns value v into (v << 1) | 1. */
export const probeExitCode = (0x10 << 1) | 1;

/** The I/O port of the `isa-debug-exit` device that the ROM writes to. */
export const probeExitPort = 0xf4;

const romBytes = 64 * 1024;

/** The PC starts here: 16 bytes below the ROM's end. */
const resetVector = romBytes - 16;

/**
 * A firmware of 0x96 bytes that needs what a guest's kernel needs: protected mode and paging. On hosts whose
 * nested KVM is broken real mode still runs and paging hangs, so nothing less tells (measured).
 *
 * Assembled by hand; the ROM is mapped at 0xF0000. Left the offset, right the instruction.
 */
const listing: readonly (readonly [number, string, string])[] = [
  // 16-bit real mode, CS = F000
  [0x00, 'fa', 'cli'],
  [0x01, '2e 66 0f 01 16 90 00', 'lgdtl %cs:0x90'],
  [0x08, '0f 20 c0', 'mov %cr0,%eax'],
  [0x0b, '0c 01', 'or $1,%al                protected mode'],
  [0x0d, '0f 22 c0', 'mov %eax,%cr0'],
  [0x10, '66 ea 18 00 0f 00 08 00', 'ljmpl $0x08,$0xf0018'],
  // 32-bit, flat
  [0x18, '66 b8 10 00', 'mov $0x10,%ax'],
  [0x1c, '8e d8', 'mov %ax,%ds'],
  [0x1e, '8e c0', 'mov %ax,%es'],
  [0x20, '8e d0', 'mov %ax,%ss'],
  [0x22, 'fc', 'cld'],
  // page directory at 0x1000: empty but for its first entry, the table at 0x2000
  [0x23, 'bf 00 10 00 00', 'mov $0x1000,%edi'],
  [0x28, '31 c0', 'xor %eax,%eax'],
  [0x2a, 'b9 00 04 00 00', 'mov $1024,%ecx'],
  [0x2f, 'f3 ab', 'rep stosl                leaves edi at 0x2000'],
  [0x31, 'c7 05 00 10 00 00 03 20 00 00', 'movl $0x2003,0x1000'],
  // page table at 0x2000: the first 4 MiB, each page at its own address, present and writable
  [0x3b, 'b8 03 00 00 00', 'mov $3,%eax'],
  [0x40, 'b9 00 04 00 00', 'mov $1024,%ecx'],
  [0x45, 'ab', 'stosl'],
  [0x46, '05 00 10 00 00', 'add $0x1000,%eax'],
  [0x4b, 'e2 f8', 'loop 0x45'],
  [0x4d, 'b8 00 10 00 00', 'mov $0x1000,%eax'],
  [0x52, '0f 22 d8', 'mov %eax,%cr3'],
  [0x55, '0f 20 c0', 'mov %cr0,%eax'],
  [0x58, '0d 00 00 00 80', 'or $0x80000000,%eax      paging'],
  [0x5d, '0f 22 c0', 'mov %eax,%cr0'],
  [0x60, 'eb 00', 'jmp 0x62'],
  // some work through the page tables
  [0x62, 'b9 a0 86 01 00', 'mov $100000,%ecx'],
  [0x67, 'ff 05 00 80 00 00', 'incl 0x8000'],
  [0x6d, 'e2 f8', 'loop 0x67'],
  [0x6f, 'b0 10', 'mov $0x10,%al'],
  [0x71, 'e6 f4', 'out %al,$0xf4            QEMU exits with 33'],
  [0x73, 'f4', 'hlt'],
  [0x74, 'eb fd', 'jmp 0x73'],
  // descriptor table: null, flat code, flat data; then its register
  [0x78, '00 00 00 00 00 00 00 00', 'null'],
  [0x80, 'ff ff 00 00 00 9a cf 00', 'selector 0x08: code, 4 GiB'],
  [0x88, 'ff ff 00 00 00 92 cf 00', 'selector 0x10: data, 4 GiB'],
  [0x90, '17 00 78 00 0f 00', 'limit 23, base 0xf0078'],
  // reset
  [resetVector, 'ea 00 00 00 f0', 'ljmp $0xf000,$0x0000'],
];

/** The image for QEMU's `-bios`. */
export function probeRom(): Buffer {
  const rom = Buffer.alloc(romBytes);
  for (const [offset, bytes] of listing) Buffer.from(bytes.replaceAll(' ', ''), 'hex').copy(rom, offset);
  return rom;
}
