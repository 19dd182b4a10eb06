// Texts in the registry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "win/windows.h"

namespace xpane {

// Nothing if there is none, or no text.
std::optional<std::wstring> registryText(HKEY root, const std::wstring& key, const std::wstring& name);
// Makes the key if needed, and has it on the disk when it returns true.
bool setRegistryText(HKEY root, const std::wstring& key, const std::wstring& name, const std::wstring& text);
struct RegistryValue {
    DWORD type = REG_NONE;
    std::wstring text;  // of a type that is text; with REG_NONE nobody reads it
};

// A text, with its variables as they are, or one that `setRegistryValue` wrote as REG_NONE. Nothing for all others.
std::optional<RegistryValue> registryValue(HKEY root, const std::wstring& key, const std::wstring& name);
bool setRegistryValue(HKEY root, const std::wstring& key, const std::wstring& name, const RegistryValue& value);
// Neither values nor keys below it; false also if there is no such key.
bool isEmptyRegistryKey(HKEY root, const std::wstring& key);
// With its values; not if it has keys below it.
void removeRegistryKey(HKEY root, const std::wstring& key);
void removeRegistryValue(HKEY root, const std::wstring& key, const std::wstring& name);
std::vector<std::wstring> registryNames(HKEY root, const std::wstring& key);
// The keys right below it.
std::vector<std::wstring> registryKeys(HKEY root, const std::wstring& key);
// The value's bytes, `size` of them. False if there are not as many.
bool registryBytes(HKEY root, const std::wstring& key, const std::wstring& name, void* into, size_t size);

}  // namespace xpane
