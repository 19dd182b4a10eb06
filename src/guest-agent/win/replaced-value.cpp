#include "win/replaced-value.h"

namespace xpane {

bool ReplacedValue::isKept() const { return registryValue(HKEY_CURRENT_USER, keptIn, keptAs).has_value(); }

void ReplacedValue::forget() const { removeRegistryValue(HKEY_CURRENT_USER, keptIn, keptAs); }

bool ReplacedValue::keep() const {
    if (isKept()) return true;
    const auto before = registryValue(root, key, name);
    return setRegistryValue(HKEY_CURRENT_USER, keptIn, keptAs, before.value_or(RegistryValue()));
}

bool ReplacedValue::replace(const std::wstring& by) const { return keep() && setRegistryText(root, key, name, by); }

bool ReplacedValue::hide() const {
    if (!registryValue(root, key, name)) return true;
    if (!keep()) return false;
    removeRegistryValue(root, key, name);
    return true;
}

void ReplacedValue::putBack() const {
    const auto before = registryValue(HKEY_CURRENT_USER, keptIn, keptAs);
    if (!before || before->type == REG_NONE) {
        removeRegistryValue(root, key, name);
    } else if (!setRegistryValue(root, key, name, *before)) {
        return;
    }
    forget();
}

}  // namespace xpane
