#include "win/registry.h"

#include "win/handles.h"

namespace xpane {
namespace {

constexpr DWORD mostTextBytes = 64 * 1024;
constexpr DWORD mostNameUnits = 16 * 1024;  // Windows' own limit
constexpr DWORD mostKeyNameUnits = 255;     // as well

UniqueKey opened(HKEY root, const std::wstring& path, REGSAM access) {
    UniqueKey key;
    RegOpenKeyExW(root, path.c_str(), 0, access, key.out());
    return key;
}

}  // namespace

std::optional<std::wstring> registryText(HKEY root, const std::wstring& key, const std::wstring& name) {
    const auto value = registryValue(root, key, name);
    return value && value->type != REG_NONE ? std::optional<std::wstring>(value->text) : std::nullopt;
}

std::optional<RegistryValue> registryValue(HKEY root, const std::wstring& key, const std::wstring& name) {
    const UniqueKey open = opened(root, key, KEY_QUERY_VALUE);
    DWORD type = 0, bytes = 0;
    if (!open || RegQueryValueExW(open.get(), name.c_str(), nullptr, &type, nullptr, &bytes) != ERROR_SUCCESS ||
        (type != REG_SZ && type != REG_EXPAND_SZ && type != REG_NONE) || bytes > mostTextBytes) {
        return std::nullopt;
    }
    // One unit more: what is stored need not end with a zero.
    std::vector<wchar_t> text(bytes / sizeof(wchar_t) + 1);
    if (RegQueryValueExW(open.get(), name.c_str(), nullptr, nullptr, reinterpret_cast<BYTE*>(text.data()), &bytes) !=
        ERROR_SUCCESS) {
        return std::nullopt;
    }
    text[bytes / sizeof(wchar_t)] = 0;
    return RegistryValue{type, std::wstring(text.data())};
}

bool setRegistryText(HKEY root, const std::wstring& key, const std::wstring& name, const std::wstring& text) {
    return setRegistryValue(root, key, name, {REG_SZ, text});
}

bool setRegistryValue(HKEY root, const std::wstring& key, const std::wstring& name, const RegistryValue& value) {
    UniqueKey open;
    const std::wstring& text = value.text;
    const auto bytes = static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t));
    return RegCreateKeyExW(root, key.c_str(), 0, nullptr, 0, KEY_SET_VALUE, nullptr, open.out(), nullptr) ==
               ERROR_SUCCESS &&
           RegSetValueExW(open.get(), name.c_str(), 0, value.type, reinterpret_cast<const BYTE*>(text.c_str()), bytes) ==
               ERROR_SUCCESS &&
           RegFlushKey(open.get()) == ERROR_SUCCESS;
}

bool isEmptyRegistryKey(HKEY root, const std::wstring& key) {
    const UniqueKey open = opened(root, key, KEY_QUERY_VALUE);
    DWORD keys = 0, values = 0;
    return open &&
           RegQueryInfoKeyW(open.get(), nullptr, nullptr, nullptr, &keys, nullptr, nullptr, &values, nullptr, nullptr,
                            nullptr, nullptr) == ERROR_SUCCESS &&
           keys == 0 && values == 0;
}

void removeRegistryKey(HKEY root, const std::wstring& key) { RegDeleteKeyW(root, key.c_str()); }

void removeRegistryValue(HKEY root, const std::wstring& key, const std::wstring& name) {
    if (const UniqueKey open = opened(root, key, KEY_SET_VALUE)) RegDeleteValueW(open.get(), name.c_str());
}

std::vector<std::wstring> registryNames(HKEY root, const std::wstring& key) {
    const UniqueKey open = opened(root, key, KEY_QUERY_VALUE);
    std::vector<std::wstring> names;
    std::vector<wchar_t> name(mostNameUnits);
    for (DWORD index = 0; open; ++index) {
        DWORD units = mostNameUnits;
        if (RegEnumValueW(open.get(), index, name.data(), &units, nullptr, nullptr, nullptr, nullptr) != ERROR_SUCCESS) break;
        names.emplace_back(name.data(), units);
    }
    return names;
}

std::vector<std::wstring> registryKeys(HKEY root, const std::wstring& key) {
    const UniqueKey open = opened(root, key, KEY_ENUMERATE_SUB_KEYS);
    std::vector<std::wstring> names;
    wchar_t name[mostKeyNameUnits + 1];
    for (DWORD index = 0; open; ++index) {
        DWORD units = mostKeyNameUnits + 1;
        if (RegEnumKeyExW(open.get(), index, name, &units, nullptr, nullptr, nullptr, nullptr) != ERROR_SUCCESS) break;
        names.emplace_back(name, units);
    }
    return names;
}

bool registryBytes(HKEY root, const std::wstring& key, const std::wstring& name, void* into, size_t size) {
    const UniqueKey open = opened(root, key, KEY_QUERY_VALUE);
    auto bytes = static_cast<DWORD>(size);
    return open &&
           RegQueryValueExW(open.get(), name.c_str(), nullptr, nullptr, static_cast<BYTE*>(into), &bytes) ==
               ERROR_SUCCESS &&
           bytes == size;
}

}  // namespace xpane
