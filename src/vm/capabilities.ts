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
    screen: true,
  },
  sandbox: {
    ownKernel: false,
    bootsImages: false,
    memory: 'program',
    boundedDisk: false,
    sound: false,
    suspends: false,
    screen: false,
  },
};
