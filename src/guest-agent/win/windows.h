// The one way to include Windows' headers: winsock2.h before windows.h, no min and max macros, and the
// declarations of Windows XP, so that a newer function does not even compile by mistake.
#pragma once

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifndef UNICODE
#define UNICODE
#endif
#ifndef _UNICODE
#define _UNICODE
#endif
#if !defined(_WIN32_WINNT) || _WIN32_WINNT != 0x0501
#error "compile with -D_WIN32_WINNT=0x0501: the agent runs on Windows XP"
#endif

#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
