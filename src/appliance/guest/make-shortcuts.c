/*
 * make-shortcuts TABLE: writes the built-in guest's Start Menu as real shortcuts (.lnk) for all users.
 *
 * TABLE is UTF-8, one shortcut a line, fields separated by '|':
 *   folder below Programs | name | program | arguments | working folder | icon file | icon number | comment
 * Empty lines and lines that start with '#' are skipped. Ends with 0, or with 1 at the first shortcut that could
 * not be written, which it names on standard error.
 */
#define COBJMACROS
#define UNICODE
#include <windows.h>
#include <shlobj.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum { FOLDER, NAME, PROGRAM, ARGUMENTS, WORKING_FOLDER, ICON_FILE, ICON_NUMBER, COMMENT, FIELDS };
enum { LINE_LENGTH = 1024 };

/* Cuts `line` at each '|'. Returns the number of fields. */
static int split(wchar_t *line, wchar_t *fields[FIELDS]) {
    int count = 0;
    while (line && count < FIELDS) {
        wchar_t *bar = wcschr(line, L'|');
        if (bar) *bar = 0;
        fields[count++] = line;
        line = bar ? bar + 1 : NULL;
    }
    return count;
}

static HRESULT save(IShellLinkW *link, const wchar_t *path) {
    IPersistFile *file;
    HRESULT result = IShellLinkW_QueryInterface(link, &IID_IPersistFile, (void **)&file);
    if (FAILED(result)) return result;
    result = IPersistFile_Save(file, path, TRUE);
    IPersistFile_Release(file);
    return result;
}

static HRESULT make_shortcut(const wchar_t *programs, wchar_t *fields[FIELDS]) {
    wchar_t folder[MAX_PATH], path[MAX_PATH];
    IShellLinkW *link;
    HRESULT result;

    _snwprintf(folder, MAX_PATH - 1, L"%ls\\%ls", programs, fields[FOLDER]);
    _snwprintf(path, MAX_PATH - 1, L"%ls\\%ls.lnk", folder, fields[NAME]);
    folder[MAX_PATH - 1] = path[MAX_PATH - 1] = 0;
    SHCreateDirectoryExW(NULL, folder, NULL);

    result = CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW, (void **)&link);
    if (FAILED(result)) return result;
    result = IShellLinkW_SetPath(link, fields[PROGRAM]);
    if (SUCCEEDED(result)) result = IShellLinkW_SetArguments(link, fields[ARGUMENTS]);
    if (SUCCEEDED(result)) result = IShellLinkW_SetWorkingDirectory(link, fields[WORKING_FOLDER]);
    if (SUCCEEDED(result)) result = IShellLinkW_SetIconLocation(link, fields[ICON_FILE], _wtoi(fields[ICON_NUMBER]));
    if (SUCCEEDED(result)) result = IShellLinkW_SetDescription(link, fields[COMMENT]);
    if (SUCCEEDED(result)) result = save(link, path);
    IShellLinkW_Release(link);
    return result;
}

int main(int count, char **arguments) {
    char line[LINE_LENGTH];
    wchar_t wide[LINE_LENGTH], programs[MAX_PATH], *fields[FIELDS];
    FILE *table = count == 2 ? fopen(arguments[1], "rb") : NULL;
    int number = 0;

    if (!table) {
        fprintf(stderr, "usage: make-shortcuts TABLE\n");
        return 1;
    }
    CoInitialize(NULL);
    if (FAILED(SHGetFolderPathW(NULL, CSIDL_COMMON_PROGRAMS | CSIDL_FLAG_CREATE, NULL, 0, programs))) return 1;
    while (fgets(line, sizeof line, table)) {
        HRESULT result;
        number++;
        line[strcspn(line, "\r\n")] = 0;
        if (!line[0] || line[0] == '#') continue;
        MultiByteToWideChar(CP_UTF8, 0, line, -1, wide, LINE_LENGTH);
        result = split(wide, fields) == FIELDS ? make_shortcut(programs, fields) : E_INVALIDARG;
        if (FAILED(result)) {
            fprintf(stderr, "line %d: error 0x%08lx\n", number, (unsigned long)result);
            return 1;
        }
    }
    fclose(table);
    return 0;
}
