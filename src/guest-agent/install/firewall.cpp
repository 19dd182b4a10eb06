#include "install/firewall.h"

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "win/registry.h"
#include "install/versions.h"
#include "win/com.h"

#include <netfw.h>
#include <oleauto.h>

namespace xpane {
namespace {

constexpr wchar_t displayName[] = L"XPane agent";
// One profile while a domain can be reached, one for all other times.
constexpr const wchar_t* lists[] = {
    L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\StandardProfile"
    L"\\AuthorizedApplications\\List",
    L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\DomainProfile"
    L"\\AuthorizedApplications\\List",
};

class Text {
public:
    explicit Text(const std::wstring& text) : text_(SysAllocString(text.c_str())) {}
    ~Text() { SysFreeString(text_); }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    BSTR get() const { return text_; }

private:
    BSTR text_;
};

// The firewall reads its lists when it starts. One that runs is told: it counts at once then.
bool tellRunningFirewall(const std::wstring& program) {
    const ComApartment apartment;
    const auto at = [](auto& pointer) {
        return reinterpret_cast<std::remove_reference_t<decltype(*pointer.get())>**>(pointer.out());
    };
    ComPointer<INetFwMgr> manager;
    ComPointer<INetFwPolicy> policy;
    ComPointer<INetFwProfile> profile;
    ComPointer<INetFwAuthorizedApplications> list;
    ComPointer<INetFwAuthorizedApplication> entry;
    const Text file(program), name(displayName);
    return SUCCEEDED(CoCreateInstance(__uuidof(NetFwMgr), nullptr, CLSCTX_INPROC_SERVER, __uuidof(INetFwMgr),
                                      manager.out())) &&
           SUCCEEDED(manager->get_LocalPolicy(at(policy))) && SUCCEEDED(policy->get_CurrentProfile(at(profile))) &&
           SUCCEEDED(profile->get_AuthorizedApplications(at(list))) &&
           SUCCEEDED(CoCreateInstance(__uuidof(NetFwAuthorizedApplication), nullptr, CLSCTX_INPROC_SERVER,
                                      __uuidof(INetFwAuthorizedApplication), entry.out())) &&
           SUCCEEDED(entry->put_ProcessImageFileName(file.get())) && SUCCEEDED(entry->put_Name(name.get())) &&
           SUCCEEDED(entry->put_Scope(NET_FW_SCOPE_LOCAL_SUBNET)) && SUCCEEDED(entry->put_Enabled(VARIANT_TRUE)) &&
           SUCCEEDED(list->Add(entry.get()));
}

}  // namespace

void openFirewall(const std::wstring& program, Log& log) {
    for (const wchar_t* list : lists) {
        if (!setRegistryText(HKEY_LOCAL_MACHINE, list, program, program + L":LocalSubNet:Enabled:" + displayName)) {
            throw InstallError(installCode::firewallShut, "Windows does not let the agent through its firewall");
        }
    }
    // Not running, or before Service Pack 2: nothing to tell.
    if (!tellRunningFirewall(program)) log.write(LogLevel::warn, "the firewall could not be told; it will read its list");
}

void closeFirewall(const std::wstring& folder, const std::wstring& exceptProgram) {
    for (const wchar_t* list : lists) {
        for (const std::wstring& program : registryNames(HKEY_LOCAL_MACHINE, list)) {
            const bool keep = !isInside(program, folder) || isInside(program, exceptProgram);
            if (!keep) removeRegistryValue(HKEY_LOCAL_MACHINE, list, program);
        }
    }
}

}  // namespace xpane
