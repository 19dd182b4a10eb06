// A value of the registry that the agent puts its own in the place of for a while. What was there before is kept in the
// user's part of the registry until it is put back: an agent that crashes forgets nothing.
#pragma once

#include <string>

#include "win/registry.h"

namespace xpane {

struct ReplacedValue {
    HKEY root;
    std::wstring key, name;
    std::wstring keptIn, keptAs;  // a key below HKEY_CURRENT_USER, and a value in it

    bool isKept() const;
    void forget() const;
    // What is kept already is what was there first: an agent that was ended in the midst of this comes by twice.
    bool replace(const std::wstring& by) const;
    // As `replace`, with nothing in its place. True also where nothing was.
    bool hide() const;
    void putBack() const;

private:
    bool keep() const;
};

}  // namespace xpane
