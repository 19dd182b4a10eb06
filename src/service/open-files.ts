import type { LaunchResult } from '../guest-bridge/guest-bridge.ts';
import type { Params, Result } from '../launcher/api/methods.ts';
import { listed } from '../redirection/files/notices.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import { type CompanionChoice, type FolderQuestion, noticeOfQuestion } from './companion-choice.ts';
import type { Display } from './display.ts';
import { launchFailure } from './launch-outcome.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import type { RedirectedFiles } from './redirected-files.ts';
import { fulfil, type UserWish, userWish } from './user-wish.ts';

/** ERROR_NO_ASSOCIATION, and ERROR_BAD_EXE_FORMAT, as Wine tries to run what no application is there for. */
const noAssociation: ReadonlySet<number> = new Set([1155, 193]);

/**
 * Opens files of the host in a guest: what can be refused is refused before anything is begun. Without `wait` the rest
 * goes on by itself, and its failure becomes a notice. Throws `files.*`, `application.*`, `presenter.*`; with `wait` what
 * a launch throws, too.
 */
export async function openFiles(
  display: Display,
  workspace: LiveWorkspace,
  params: Params<'open'>,
  signal: AbortSignal,
): Promise<Result<'open'>> {
  const { files, catalogue } = workspace;
  const names = await Promise.all(params.files.map((path) => files.accept(path)));
  if (params.folder) await Promise.all(params.files.map((path) => files.companions.requireNarrow(path)));
  if (params.application !== undefined && catalogue.known) catalogue.find(params.application);
  const presenter = await display.open(params.display, params.authority);
  const wish = userWish(presenter, { name: names[0] ?? '', startupId: params.startupId });
  // Whoever asked may have gone; only the end of the service ends this.
  const opening = openAll(workspace, params, names, wish, signal);
  if (params.wait) {
    await opening;
    return { names, opened: true };
  }
  opening.catch((error: unknown) => tellNotOpened(workspace, names, error));
  return { names, opened: false };
}

/** A notice for what nobody waits for any more. */
export function tellNotOpened(
  { files }: { readonly files: Pick<RedirectedFiles, 'tell'> },
  names: readonly string[],
  error: unknown,
): void {
  const { code, message, hint } = reportOf(error);
  // Who has cancelled it knows.
  if (code === 'files.cancelled') return;
  const title = names.length === 1 ? `${names[0]} was not opened` : 'Files were not opened';
  files.tell({ title, text: `${message}\nWhat to do: ${hint}` });
}

/** One for each kind of files. Throws `files.*` for what may not be opened: nobody is asked about that. */
export async function folderQuestions(
  { files }: LiveWorkspace,
  paths: readonly string[],
): Promise<FolderQuestion[]> {
  await Promise.all(paths.map((path) => files.accept(path)));
  const questions = await Promise.all(paths.map((path) => files.companions.question(path)));
  const byKind = new Map(questions.flatMap((each) => (each ? [[each.kind, each] as const] : [])));
  return [...byKind.values()];
}

export interface FolderAsking extends Pick<RedirectedFiles, 'tell'> {
  readonly companions: Pick<CompanionChoice, 'questionOnce'>;
}

/** Asks by a notice, once for each kind: until it is answered, files of that kind go alone. */
export async function askAfter({ files }: { readonly files: FolderAsking }, path: string): Promise<void> {
  const question = await files.companions.questionOnce(path);
  if (question) files.tell(noticeOfQuestion(question));
}

/** Throws `files.no-transfer` for one that is not under way. */
export function cancelTransfers(workspaces: readonly LiveWorkspace[], which: number | 'all'): number {
  const cancelled = workspaces.reduce((sum, { files }) => sum + files.cancel(which), 0);
  if (cancelled === 0 && which !== 'all') {
    throw new XPaneError(
      'files.no-transfer',
      `There is no transfer ${which} (any more).`,
      '"xpane transfers" lists those that are under way.',
    );
  }
  return cancelled;
}

/** Throws what the first that fails throws, and what `fulfil` throws; `application` as in `Catalogue.find`. */
export async function openAll(
  workspace: LiveWorkspace,
  { files: paths, application, folder }: Pick<Params<'open'>, 'files' | 'application' | 'folder'>,
  names: readonly string[],
  wish: UserWish,
  signal: AbortSignal,
): Promise<void> {
  await fulfil(workspace, wish, signal, async () => {
    const chosen = application === undefined ? undefined : workspace.catalogue.find(application);
    const options = { signal, ...(chosen ? { applicationId: chosen.id } : {}) };
    const failed: Failed[] = [];
    for (const [at, path] of paths.entries()) {
      const name = names[at] ?? '';
      const open = async () => {
        const takesFolder = folder ?? (await workspace.files.companions.takesFolder(path));
        const failure = openFailure(
          await workspace.files.open(path, options, takesFolder),
          name,
          chosen?.name,
        );
        if (!failure && takesFolder === undefined) await askAfter(workspace, path);
        return failure;
      };
      const error = await open().catch((thrown: unknown) => thrown);
      signal.throwIfAborted();
      if (error) failed.push({ name, error });
    }
    const failure = notOpened(failed, paths.length);
    if (failure) throw failure;
  });
}

/** A file that could not be opened; `name` is safe to show. */
export interface Failed {
  readonly name: string;
  readonly error: unknown;
}

/** One failure for all; undefined for none. Of `asked` files the others are open. */
export function notOpened(failed: readonly Failed[], asked: number): unknown {
  const [first] = failed;
  if (!first || asked === 1) return first?.error;
  const { code, message, hint } = reportOf(first.error);
  const names = listed(failed.map(({ name }) => name));
  return new XPaneError(
    code,
    `${failed.length} of ${asked} files were not opened: ${names}. ${message}`,
    hint,
  );
}

/** `application` is the one that was asked for. */
function openFailure(result: LaunchResult, name: string, application: string | undefined) {
  if (application !== undefined) return launchFailure(result, application);
  if (result.outcome === 'not-published') {
    return new XPaneError(
      'files.program',
      `The guest does not open ${name}: it is a program, or can act as one.`,
      'Name the application that is to open it, by --with.',
    );
  }
  if (result.outcome === 'not-found' || noAssociation.has(result.systemError)) {
    return new XPaneError(
      'files.no-application',
      `The guest has no application for ${name}.`,
      'Name one by --with; "xpane apps" lists them.',
    );
  }
  return launchFailure(result, name);
}
