/*
 * A stand-in for the agent in tests of the guest's init: listens on the address given by --listen, writes the
 * registry value HKCU\Software\XPaneTest\Started, and answers lines:
 *   "run PROGRAM\n"  starts a program, answers "ok\n" or "failed\n"
 *   "type TEXT\n"    types into the open Notepad, answers "ok\n" once the text is there, "failed\n" without a Notepad
 *   "crash\n"        ends at once
 * and sends every other line back.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void remember_start(void) {
    HKEY key;
    DWORD one = 1;
    if (RegCreateKeyA(HKEY_CURRENT_USER, "Software\\XPaneTest", &key)) return;
    RegSetValueExA(key, "Started", 0, REG_DWORD, (BYTE *)&one, sizeof one);
    RegCloseKey(key);
}

static const char *run(char *command_line) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!CreateProcessA(NULL, command_line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) return "failed\n";
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return "ok\n";
}

static const char *type(const char *text) {
    HWND notepad = FindWindowA("Notepad", NULL), edit = FindWindowExA(notepad, NULL, "Edit", NULL);
    if (!edit) return "failed\n";
    for (; *text; text++) SendMessageA(edit, WM_CHAR, (BYTE)*text, 1);
    return SendMessageA(edit, EM_GETMODIFY, 0, 0) ? "ok\n" : "failed\n";
}

static void serve(SOCKET client) {
    char line[4096];
    int length;
    while ((length = recv(client, line, sizeof line - 1, 0)) > 0) {
        const char *answer = line;
        line[length] = 0;
        if (!strncmp(line, "crash", 5)) ExitProcess(7);
        if (!strncmp(line, "run ", 4)) {
            line[strcspn(line, "\n")] = 0;
            answer = run(line + 4);
        }
        if (!strncmp(line, "type ", 5)) {
            line[strcspn(line, "\n")] = 0;
            answer = type(line + 5);
        }
        send(client, answer, (int)strlen(answer), 0);
    }
    closesocket(client);
}

int main(int count, char **arguments) {
    WSADATA data;
    struct sockaddr_in address = {.sin_family = AF_INET};
    SOCKET listener, client;
    char *colon;

    if (count < 3 || strcmp(arguments[1], "--listen") || !(colon = strchr(arguments[2], ':'))) return 2;
    *colon = 0;
    WSAStartup(MAKEWORD(2, 2), &data);
    address.sin_addr.s_addr = inet_addr(arguments[2]);
    address.sin_port = htons((u_short)atoi(colon + 1));
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8)) return 3;
    remember_start();
    while ((client = accept(listener, NULL, NULL)) != INVALID_SOCKET) serve(client);
    return 0;
}
