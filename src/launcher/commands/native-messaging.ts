import { once } from 'node:events';
import { acceptedOrigins } from '../../integration/browser/native-host.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { ServiceClient } from '../client.ts';
import { type Command, type CommandContext, displayOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ToBrowser } from '../native-messaging/browser-messages.ts';
import { BrowserSession } from '../native-messaging/browser-session.ts';
import { FrameReader, framed } from '../native-messaging/message-frames.ts';
import { feedRules } from '../native-messaging/rules-feed.ts';

/** What a browser starts for XPane's extension, and ends by closing its standard input. */
export const nativeMessaging: Command = {
  name: 'native-messaging',
  summary: 'talk to XPane’s extension of a browser, which starts this by itself',
  argument: { name: 'origin', description: 'of the extension, as chrome-extension://ID/' },
  examples: ['xpane native-messaging chrome-extension://hlhiplfchdcgknpkfdegelmiobpbjini/'],
  async run(context, { argument: origin }) {
    const { stdin, stdout } = context.house;
    if (!(await acceptedOrigins()).includes(origin)) throw unknownExtension(origin);
    const ending = new AbortController();
    const end = () => ending.abort(new Error('the browser has ended'));
    const served = serve(context, ending.signal, (message) => {
      // A browser that is just ending takes no more.
      if (stdout.writable) stdout.write(framed(message));
    });
    const reader = new FrameReader();
    try {
      stdin.on('data', (chunk: Buffer) => {
        try {
          for (const message of reader.push(chunk)) served.receive(message);
        } catch (error) {
          stdin.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      stdout.once('close', end);
      await once(stdin, 'close');
      return exitCodes.ok;
    } finally {
      end();
      await served.ended;
    }
  },
};

function serve(context: CommandContext, signal: AbortSignal, send: (message: ToBrowser) => void) {
  const first = Promise.withResolvers<void>();
  let client: ServiceClient | undefined;
  const session = new BrowserSession({
    send,
    signal,
    where: displayOf(context.house),
    async service() {
      await first.promise;
      return client;
    },
  });
  const ended = feedRules({
    start: () => context.start(),
    connect: () => context.connect(),
    send,
    onService(now) {
      client = now;
      first.resolve();
    },
    onTrouble(error) {
      const { message, hint } = reportOf(error);
      context.house.stderr.write(`${message} ${hint}\n`);
    },
    signal,
  });
  return { ended, receive: (untrusted: unknown) => session.receive(untrusted) };
}

function unknownExtension(origin: string): XPaneError {
  return new XPaneError(
    'browser.unknown-extension',
    `"${displayText(origin, 80)}" is not the origin of XPane’s extension.`,
    'Browsers start this command by themselves; "xpane integrate url on" tells them how.',
  );
}
