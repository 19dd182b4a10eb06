import { openByApplication } from '../../integration/files/host-application.ts';
import { useOfFolders } from '../../integration/files/host-use.ts';
import type { HostDesktop } from '../../redirection/guest-files/loan-port.ts';
import { selfCommand } from '../../shared/self-command.ts';
import type { Display } from '../display.ts';

/** This computer as files of guests meet it: on the display that the user works on. */
export function hostDesktop(display: Pick<Display, 'name'>): HostDesktop {
  return {
    open: async (path, loanId) => {
      const env = display.name === undefined ? process.env : { ...process.env, DISPLAY: display.name };
      await openByApplication(path, { env, self: selfCommand(), mark: loanId });
    },
    useOf: (folders) => useOfFolders(folders),
  };
}
