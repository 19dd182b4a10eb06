import { describeDesktop } from './fixtures/desktop-suite.ts';

describeDesktop('qemu');
