import { homedir } from 'node:os';
import { join } from 'node:path';
import { documentsFolder } from '../../integration/printing/documents-folder.ts';
import { postScriptToPdf } from '../../integration/printing/postscript-to-pdf.ts';
import { printFile } from '../../integration/printing/print-file.ts';
import type { PrintOutput } from '../../redirection/printing/print-delivery.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { type PrintingContext, WorkspacePrinting } from './workspace-printing.ts';

/** Below the user's documents. */
const pdfFolderName = 'XPane';

/**
 * Printing of all workspaces. A workspace that is opened anew keeps the one that it has: two of them would print a job
 * twice.
 */
export class PrintingCare {
  readonly #env: NodeJS.ProcessEnv;
  readonly #byFolder = new Map<string, Promise<WorkspacePrinting>>();

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /**
   * `workspaceFolder` as in `workspaceFiles`. Undefined where its folder cannot be used: the workspace opens without
   * printers, and the user is told.
   */
  async join(
    workspaceFolder: string,
    context: PrintingContext,
    log: Log,
  ): Promise<WorkspacePrinting | undefined> {
    const joined = this.#join(workspaceFolder, context, log);
    return await joined.catch((error: unknown) => {
      log.error({ error: String(error) }, 'a workspace has no printers, as its jobs cannot be read');
      const title = `${context.workspaceName}: Nothing can be printed`;
      const { message } = reportOf(error);
      context.tell({ kind: 'warning', title, text: `What waits to be printed cannot be read: ${message}` });
      return undefined;
    });
  }

  async #join(workspaceFolder: string, context: PrintingContext, log: Log): Promise<WorkspacePrinting> {
    const folder = join(workspaceFolder, 'printing');
    const known = this.#byFolder.get(folder);
    if (known) {
      const printing = await known;
      printing.context = context;
      return printing;
    }
    const parts = { folder, output: outputOf(this.#env), env: this.#env, log };
    const opening = WorkspacePrinting.open(parts, context);
    this.#byFolder.set(folder, opening);
    opening.catch(() => this.#byFolder.delete(folder));
    return await opening;
  }

  /** Resolves when no printer is being given anything any more; guests' pages are taken still. */
  async stopDelivering(): Promise<void> {
    await Promise.allSettled(
      [...this.#byFolder.values()].map(async (printing) => await (await printing).stopDelivering()),
    );
  }

  /** What is not printed yet is for the next service. Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    await Promise.allSettled(
      [...this.#byFolder.values()].map(async (printing) => await (await printing).close()),
    );
  }
}

function outputOf(env: NodeJS.ProcessEnv): PrintOutput {
  return {
    toPdf: postScriptToPdf,
    print: (order) => printFile(order, env),
    pdfFolder: async () => join(await documentsFolder(env, env.HOME || homedir()), pdfFolderName),
  };
}
