import type { VmBackend, VmCapabilities } from './vm-backend.ts';

/** What each backend can do, to be looked at without making one. */
export const capabilities: Readonly<Record<VmBackend['kind'], VmCapabilities>> = {
  qemu: {
    ownKernel: true,
    bootsImages: true,
    memory: 'guest',
    boundedDisk: true,
    sound: true,
    suspends: true,
    // It takes 40 ms; a disk that is busy takes longer to write down what the guest has written last.
    suspendMs: 10_000,
    screen: true,
    devices: {
      // Its second port is its own screen, and its kernel has drivers for nothing else.
      builtin: ['COM1', 'COM3', 'COM4'],
      image: ['COM1', 'COM2', 'COM3', 'COM4', 'LPT1', 'usb', 'cd', 'disk'],
    },
    networks: ['none', 'nat', 'bridged'],
  },
  virtualbox: {
    ownKernel: true,
    bootsImages: true,
    memory: 'guest',
    boundedDisk: true,
    sound: false,
    suspends: true,
    // All of the guest's memory is written, 1 to 2 GiB for an image.
    suspendMs: 60_000,
    screen: false,
    networks: ['nat'],
  },
  sandbox: {
    ownKernel: false,
    bootsImages: false,
    memory: 'program',
    boundedDisk: false,
    sound: false,
    suspends: false,
    suspendMs: 0,
    screen: false,
    networks: ['none'],
  },
};
