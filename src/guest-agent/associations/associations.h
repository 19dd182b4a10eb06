// Which kinds of files programs open, as Windows' classes tell (HKEY_CLASSES_ROOT).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace xpane {

// By program, see `programKey`: extensions in lower case, without the dot.
using Associations = std::map<std::wstring, std::set<std::string>>;

// Of every extension the program that opens it by default or by the user's choice, and those that offer to. Takes some
// hundredths of a second.
Associations readAssociations();

// For a published application, at most as many as the protocol has room for, sorted. A shortcut with arguments starts
// its program for something of its own, and opens no files.
std::vector<std::string> extensionsOf(const Associations& associations, const std::wstring& target,
                                      const std::wstring& arguments);

}  // namespace xpane
