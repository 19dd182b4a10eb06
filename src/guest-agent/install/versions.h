// The folders of installed agents (places.h).
#pragma once

#include <string>
#include <vector>

#include "install/places.h"
#include "log/log.h"

namespace xpane {

// Whole ones only, in no order.
std::vector<Version> versionsIn(const Places& places);

// Puts a new one beside those that are there: whole and on the disk when this returns, or not there at all.
// `secret`: 64 digits. Throws InstallError (cannotCopy).
Version placeVersion(const Places& places, const std::string& agent, const std::string& secret);

// Also removes what was left of one that was not finished.
void removeVersions(const Places& places, const std::wstring& exceptFolder, Log& log);

bool isInside(const std::wstring& path, const std::wstring& folder);  // as Windows compares names

}  // namespace xpane
